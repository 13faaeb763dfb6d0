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

/**
 * The store in Redis, shared by all nodes. Each base key has a hash of entries, one field for each
 * variant and {@code @} for the time at which the last one ends, and while fills run a hash of
 * their leases. Each operation takes one round trip, to a cluster one to each node involved.
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
    List<List<String>> tags = grouped(request.tags());
    NearCache.Reading reading = near.read(); // before anything is sent
    List<@Nullable Object> replies =
        run(key, call(FIND, entryKeys(key), key.variant()), tagCalls(READ_TAGS, tags));
    if (!(replies.get(0) instanceof List<?> found)) {
      return Optional.empty();
    }
    Optional<CacheEntry> entry =
        current(request, (byte[]) found.get(1), stamps(tags, replies.subList(1, replies.size())));
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
    run(key, leaseCall(RENEW, key, lease, LEADERSHIP), List.of());
  }

  private Call leaseCall(RedisScript script, EntryKey key, Lease lease, Duration duration) {
    return call(
        script, List.of(names.leases(key)), key.variant(), lease.token(), duration.toMillis());
  }

  private Optional<Begun> begin(LookupRequest request, Duration leadership) {
    EntryKey key = request.key();
    String token = Token.random();
    List<List<String>> tags = grouped(request.stamped());
    long lease = LEASE.toMillis();
    Call begin = call(BEGIN, fillKeys(key), key.variant(), token, lease, leadership.toMillis());
    List<Call> beginTags = tagCalls(BEGIN_TAGS, tags, token, lease);
    List<@Nullable Object> replies = run(key, begin, beginTags);
    if (replies.contains(null)) {
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
    Map<String, String> stamps = stamps(tags, replies.subList(1, replies.size()));
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
              tagCalls(EXTEND_TAGS, grouped(entry.tags().keySet()), life));
      return Long.valueOf(1).equals(replies.get(0));
    } finally {
      forgetNear(key); // at once: Redis's own message of it takes a moment
    }
  }

  @Override
  public Optional<Map<String, String>> stamps(EntryKey key, Collection<String> tags, Lease lease) {
    List<List<String>> groups = grouped(tags);
    List<Call> calls = groups.stream().map(group -> stampCall(group, lease)).toList();
    Map<String, String> stamps = stamps(groups, run(key, calls));
    return stamps.size() == tags.size() ? Optional.of(stamps) : Optional.empty();
  }

  private Call stampCall(List<String> tags, Lease lease) {
    Map<String, String> guards = lease.guardsOf(tags);
    List<String> all = new ArrayList<>(guards.keySet());
    all.addAll(tags);
    List<Object> arguments = new ArrayList<>(List.of(lease.token(), LEASE.toMillis()));
    arguments.addAll(guards.values());
    return call(STAMP_TAGS, tagKeys(all), arguments.toArray());
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
        tagCalls(RELEASE_TAGS, grouped(created), lease.token(), LEASE.toMillis()));
  }

  @Override
  public boolean areCurrent(Map<String, String> tagStamps) {
    if (tagStamps.isEmpty()) {
      return true;
    }
    List<List<String>> tags = grouped(tagStamps.keySet());
    return stamps(tags, redis.run(tagCalls(READ_TAGS, tags))).equals(tagStamps);
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
      redis.call(hash, jedis -> jedis.hdel(hash, bytes(field)));
    } catch (RedisCorruptException e) {
      counters.of(key.cache()).failures.increment();
      delete(List.of(hash));
    }
  }

  @Override
  public void evict(Eviction eviction) {
    List<byte[]> keys = names.of(eviction);
    try {
      delete(keys);
    } finally {
      // After the deletion: a read that was served before it must not be kept.
      keys.forEach(name -> near.changed(text(name)));
    }
  }

  private void delete(List<byte[]> keys) {
    for (List<byte[]> group : redis.grouped(keys, key -> key)) {
      redis.call(group.get(0), jedis -> jedis.del(group.toArray(byte[][]::new)));
    }
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

  private List<List<String>> grouped(Collection<String> tags) {
    return redis.grouped(List.copyOf(tags), names::tagStamp);
  }

  /** One call for each group of tags that one script may name. */
  private List<Call> tagCalls(RedisScript script, List<List<String>> tags, Object... arguments) {
    return tags.stream().map(group -> call(script, tagKeys(group), arguments)).toList();
  }

  private static Call call(RedisScript script, List<byte[]> keys, Object... arguments) {
    List<byte[]> all = new ArrayList<>();
    for (Object argument : arguments) {
      all.add(argument instanceof byte[] bytes ? bytes : bytes(argument));
    }
    return new Call(script, keys, all);
  }

  private List<@Nullable Object> run(EntryKey key, Call first, List<Call> further) {
    List<Call> calls = new ArrayList<>();
    calls.add(first);
    calls.addAll(further);
    return run(key, calls);
  }

  /**
   * Runs scripts in one round trip. A script whose keys hold values of another type than expected
   * replies null, and those keys are deleted.
   */
  private List<@Nullable Object> run(EntryKey key, List<Call> calls) {
    List<@Nullable Object> replies = redis.run(calls);
    List<byte[]> corrupt = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      if (replies.get(i) == ScriptPipeline.CORRUPT) {
        corrupt.addAll(calls.get(i).keys());
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
  private static Map<String, String> stamps(
      List<List<String>> tags, List<@Nullable Object> replies) {
    Map<String, String> stamps = new HashMap<>();
    for (int group = 0; group < tags.size(); group++) {
      if (replies.get(group) instanceof List<?> values) {
        for (int i = 0; i < values.size(); i++) {
          if (values.get(i) instanceof byte[] stamp) {
            stamps.put(tags.get(group).get(i), text(stamp));
          }
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
