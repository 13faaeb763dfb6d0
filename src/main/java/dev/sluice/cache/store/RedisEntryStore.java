package dev.sluice.cache.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisCorruptException;
import dev.sluice.redis.RedisScript;
import dev.sluice.redis.ScriptPipeline;
import dev.sluice.redis.ScriptPipeline.Call;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;

/**
 * The store in Redis, shared by all nodes. Each base key has a hash of entries, one field for each
 * variant and {@code @} for the time at which the last one ends, and while fills run a hash of
 * their leases. Each operation takes one round trip.
 *
 * <p>In front of it is the near cache, which keeps what {@link #find} reads.
 */
final class RedisEntryStore implements EntryStore {

  private static final RedisScript FIND = RedisScript.of(RedisEntryStore.class, "find.lua");
  private static final RedisScript BEGIN = RedisScript.of(RedisEntryStore.class, "begin.lua");
  private static final RedisScript RENEW = RedisScript.of(RedisEntryStore.class, "renew.lua");
  private static final RedisScript RELEASE = RedisScript.of(RedisEntryStore.class, "release.lua");
  private static final RedisScript STORE = RedisScript.of(RedisEntryStore.class, "store.lua");
  private static final RedisScript READ_TAGS =
      RedisScript.of(RedisEntryStore.class, "read-tags.lua");
  private static final RedisScript BEGIN_TAGS =
      RedisScript.of(RedisEntryStore.class, "begin-tags.lua");
  private static final RedisScript STAMP_TAGS =
      RedisScript.of(RedisEntryStore.class, "stamp-tags.lua");
  private static final RedisScript EXTEND_TAGS =
      RedisScript.of(RedisEntryStore.class, "extend-tags.lua");
  private static final RedisScript RELEASE_TAGS =
      RedisScript.of(RedisEntryStore.class, "release-tags.lua");

  /** How long a caller waits for another node before it looks again. */
  private static final Duration MOMENT = Duration.ofMillis(100);

  private final RedisConnection redis;
  private final RedisKeys names;
  private final NearCache near;
  private final InstantSource clock;
  private final CountersByCache counters;

  RedisEntryStore(
      RedisConnection redis,
      String keyPrefix,
      NearCache near,
      InstantSource clock,
      CountersByCache counters) {
    this.redis = redis;
    this.names = new RedisKeys(keyPrefix);
    this.near = near;
    this.clock = clock;
    this.counters = counters;
  }

  /** The near cache's copy of a fresh entry. No round trip. */
  Optional<CacheEntry> findNear(EntryKey key) {
    return near.find(key);
  }

  /** Deletes the near cache's copy, where this node serves another entry. */
  void forgetNear(EntryKey key) {
    near.changed(names.entriesName(key));
  }

  /** Waits until this node hears of a change of the entry, or for a moment. */
  void awaitChange(EntryKey key) throws InterruptedException {
    near.awaitChange(names.entriesName(key), MOMENT);
  }

  @Override
  public Optional<CacheEntry> find(LookupRequest request) {
    EntryKey key = request.key();
    List<String> tags = List.copyOf(request.tags());
    NearCache.Reading reading = near.read(); // before anything is sent
    List<@Nullable Object> replies =
        run(key, call(FIND, entryKeys(key), key.variant()), call(READ_TAGS, tagKeys(tags)));
    if (!(replies.get(0) instanceof List<?> found)) {
      return Optional.empty();
    }
    Optional<CacheEntry> entry =
        current(request, (byte[]) found.get(1), stamps(tags, replies.get(1)));
    entry.ifPresent(it -> reading.keep(key, text((byte[]) found.get(0)), it));
    return entry;
  }

  /** The entry in these bytes, if its tags have the stamps that it was computed under. */
  private Optional<CacheEntry> current(
      LookupRequest request, byte @Nullable [] stored, Map<String, String> stamps) {
    return parse(request.key(), stored)
        .filter(
            entry ->
                request.tags().containsAll(entry.tags().keySet())
                    ? stamps.entrySet().containsAll(entry.tags().entrySet())
                    : areCurrent(entry.tags()));
  }

  private Optional<CacheEntry> parse(EntryKey key, byte @Nullable [] stored) {
    if (stored == null) {
      return Optional.empty();
    }
    Optional<CacheEntry> entry = CacheEntry.parse(stored);
    if (entry.isEmpty()) {
      counters.of(key.cache()).failures.increment();
      drop(key);
    }
    return entry;
  }

  @Override
  public Begun begin(LookupRequest request) {
    return begin(request, Duration.ZERO).orElseThrow();
  }

  @Override
  public Optional<Begun> lead(LookupRequest request) {
    return begin(request, LEADERSHIP);
  }

  @Override
  public void renew(EntryKey key, Lease lease) {
    run(key, leaseCall(RENEW, key, lease, LEADERSHIP));
  }

  private Call leaseCall(RedisScript script, EntryKey key, Lease lease, Duration duration) {
    return call(
        script, List.of(names.leases(key)), key.variant(), lease.token(), duration.toMillis());
  }

  private Optional<Begun> begin(LookupRequest request, Duration leadership) {
    EntryKey key = request.key();
    String token = Token.random();
    List<String> tags = List.copyOf(request.stamped());
    long lease = LEASE.toMillis();
    Call begin = call(BEGIN, fillKeys(key), key.variant(), token, lease, leadership.toMillis());
    Call beginTags = call(BEGIN_TAGS, tagKeys(tags), token, lease);
    List<@Nullable Object> replies = run(key, begin, beginTags);
    if (replies.get(0) == null || (replies.get(1) == null && !tags.isEmpty())) {
      // What was corrupt is deleted now.
      replies = run(key, begin, beginTags);
    }
    List<?> begun = (List<?>) replies.get(0);
    if (begun == null) {
      throw new IllegalStateException("No lease for an entry of " + key.cache());
    }
    if (begun.get(0) == null) {
      return Optional.empty();
    }
    Map<String, String> stamps = stamps(tags, replies.get(1));
    Lease given = new Lease(token, text((byte[]) begun.get(0)), stamps);
    return Optional.of(new Begun(given, current(request, (byte[]) begun.get(1), stamps)));
  }

  @Override
  public boolean store(EntryKey key, CacheEntry entry, Lease lease) {
    return store(key, entry, lease, "");
  }

  @Override
  public boolean replace(EntryKey key, CacheEntry entry, Lease lease) {
    return store(key, entry, lease, "alone");
  }

  private boolean store(EntryKey key, CacheEntry entry, Lease lease, String beside) {
    long life = Duration.between(clock.instant(), entry.lifetime().end()).toMillis();
    if (life < 1) {
      release(key, lease);
      return false;
    }
    byte[] bytes = entry.toBytes();
    byte[] stored = new byte[Token.LENGTH + bytes.length];
    System.arraycopy(bytes(lease.cacheStamp()), 0, stored, 0, Token.LENGTH);
    System.arraycopy(bytes, 0, stored, Token.LENGTH, bytes.length);
    try {
      List<@Nullable Object> replies =
          run(
              key,
              call(STORE, fillKeys(key), key.variant(), lease.token(), stored, life, beside),
              call(EXTEND_TAGS, tagKeys(List.copyOf(entry.tags().keySet())), life));
      return Long.valueOf(1).equals(replies.get(0));
    } finally {
      forgetNear(key); // at once: Redis's own message of it takes a moment
    }
  }

  @Override
  public Optional<Map<String, String>> stamps(EntryKey key, Collection<String> tags, Lease lease) {
    List<String> named = List.copyOf(tags);
    Map<String, String> guards = lease.guardsOf(tags);
    List<String> all = new ArrayList<>(guards.keySet());
    all.addAll(named);
    List<Object> arguments = new ArrayList<>(List.of(lease.token(), LEASE.toMillis()));
    arguments.addAll(guards.values());
    Call call = call(STAMP_TAGS, tagKeys(all), arguments.toArray());
    Map<String, String> stamps = stamps(named, run(key, call).get(0));
    return stamps.size() == named.size() ? Optional.of(stamps) : Optional.empty();
  }

  @Override
  public void release(EntryKey key, Lease lease) {
    release(key, lease, Duration.ZERO);
  }

  @Override
  public void releaseUnshared(EntryKey key, Lease lease) {
    release(key, lease, UNSHARED);
  }

  private void release(EntryKey key, Lease lease, Duration unshared) {
    List<String> created =
        lease.tagStamps().entrySet().stream()
            .filter(tag -> tag.getValue().equals(lease.token()))
            .map(Map.Entry::getKey)
            .toList();
    run(
        key,
        leaseCall(RELEASE, key, lease, unshared),
        call(RELEASE_TAGS, tagKeys(created), lease.token(), LEASE.toMillis()));
  }

  @Override
  public boolean areCurrent(Map<String, String> tagStamps) {
    if (tagStamps.isEmpty()) {
      return true;
    }
    List<String> tags = List.copyOf(tagStamps.keySet());
    List<byte[]> stamps = redis.call(jedis -> jedis.mget(tagKeys(tags).toArray(byte[][]::new)));
    return stamps(tags, stamps).equals(tagStamps);
  }

  @Override
  public void drop(EntryKey key) {
    try {
      deleteField(key, names.entries(key), key.variant());
    } finally {
      forgetNear(key);
    }
  }

  /** Deletes one field of a hash, or the key itself if it is no hash. */
  private void deleteField(EntryKey key, byte[] hash, String field) {
    try {
      redis.call(jedis -> jedis.hdel(hash, bytes(field)));
    } catch (RedisCorruptException e) {
      counters.of(key.cache()).failures.increment();
      delete(List.of(List.of(hash)));
    }
  }

  @Override
  public void evict(Eviction eviction) {
    List<List<byte[]>> keys = names.of(eviction);
    try {
      delete(keys);
    } finally {
      // After the deletion: a read that was served before it must not be kept.
      keys.forEach(group -> group.forEach(name -> near.changed(text(name))));
    }
  }

  private void delete(List<List<byte[]>> groups) {
    redis.call(
        jedis -> {
          try (AbstractPipeline pipeline = jedis.pipelined()) {
            List<Response<Long>> replies = new ArrayList<>();
            groups.forEach(keys -> replies.add(pipeline.del(keys.toArray(byte[][]::new))));
            pipeline.sync();
            return replies.stream().mapToLong(Response::get).sum();
          }
        });
  }

  private List<byte[]> entryKeys(EntryKey key) {
    return List.of(names.entries(key), names.cacheStamp(key));
  }

  private List<byte[]> fillKeys(EntryKey key) {
    return List.of(names.entries(key), names.cacheStamp(key), names.leases(key));
  }

  private List<byte[]> tagKeys(List<String> tags) {
    return tags.stream().map(names::tagStamp).toList();
  }

  private static Call call(RedisScript script, List<byte[]> keys, Object... arguments) {
    List<byte[]> all = new ArrayList<>();
    for (Object argument : arguments) {
      all.add(argument instanceof byte[] bytes ? bytes : bytes(argument));
    }
    return new Call(script, keys, all);
  }

  /**
   * Runs scripts in one round trip. A script whose keys hold values of another type than expected
   * replies null, and those keys are deleted; so does a script without keys.
   */
  private List<@Nullable Object> run(EntryKey key, Call... calls) {
    List<@Nullable Object> replies = redis.call(new ScriptPipeline(List.of(calls))::run);
    List<List<byte[]>> corrupt = new ArrayList<>();
    for (int i = 0; i < calls.length; i++) {
      if (replies.get(i) == ScriptPipeline.CORRUPT) {
        corrupt.add(calls[i].keys());
        replies.set(i, null);
      }
    }
    if (!corrupt.isEmpty()) {
      counters.of(key.cache()).failures.increment();
      delete(corrupt);
    }
    return replies;
  }

  /** The stamps that are there, by tag. */
  private static Map<String, String> stamps(List<String> tags, @Nullable Object reply) {
    Map<String, String> stamps = new HashMap<>();
    if (reply instanceof List<?> values) {
      for (int i = 0; i < tags.size(); i++) {
        if (values.get(i) instanceof byte[] stamp) {
          stamps.put(tags.get(i), text(stamp));
        }
      }
    }
    return stamps;
  }

  private static byte[] bytes(Object value) {
    return value.toString().getBytes(UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
