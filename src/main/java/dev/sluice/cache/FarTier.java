package dev.sluice.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisScript;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * In Redis, for all nodes: one hash per base key with a field per variant, {@code #} for its
 * fencing token and {@code @} for the time when the last entry ends.
 *
 * <p>A cache is spread over 16 buckets, each with a stamp of its own, since all that one script
 * touches has to share a hash tag; so a clear deletes 16 stamps, however many entries there are.
 */
final class FarTier implements EntryStore {

  /** How long a method may take and still store. */
  static final Duration FENCE = Duration.ofMinutes(10);

  /** More variants than this under one base key start afresh: clients name them. */
  private static final int MAX_VARIANTS = 64;

  private static final int BUCKETS = 16;
  private static final RedisScript FIND = RedisScript.of(FarTier.class, "find.lua");
  private static final RedisScript BEGIN = RedisScript.of(FarTier.class, "begin.lua");
  private static final RedisScript STORE = RedisScript.of(FarTier.class, "store.lua");
  private static final RedisScript TAGS = RedisScript.of(FarTier.class, "tags.lua");

  private final RedisConnection redis;
  private final String prefix;
  private final InstantSource clock;
  private final LongAdder corrupt = new LongAdder();

  FarTier(RedisConnection redis, String keyPrefix, InstantSource clock) {
    this.redis = redis;
    this.prefix = keyPrefix + ":c:";
    this.clock = clock;
  }

  @Override
  public Optional<CacheEntry> find(EntryKey key) {
    byte[] stored =
        orCorrupt(
            keys(key), () -> (byte[]) redis.run(FIND, keys(key), List.of(bytes(key.variant()))));
    return parse(key, stored).filter(entry -> areCurrent(entry.tags()));
  }

  private Optional<CacheEntry> parse(EntryKey key, byte @Nullable [] stored) {
    if (stored == null) {
      return Optional.empty();
    }
    Optional<CacheEntry> entry = CacheEntry.parse(stored);
    if (entry.isEmpty()) {
      corrupt.increment();
      drop(key);
    }
    return entry;
  }

  @Override
  public Begun begin(EntryKey key, Collection<String> tags, Duration life) {
    List<byte[]> arguments =
        List.of(bytes(key.variant()), bytes(Token.random()), bytes(FENCE.toMillis()));
    List<?> reply = insist(keys(key), () -> (List<?>) redis.run(BEGIN, keys(key), arguments));
    Permit permit =
        new Permit(
            text((byte[]) reply.get(0)),
            text((byte[]) reply.get(1)),
            tags.isEmpty() ? Map.of() : stamps(List.copyOf(tags), life));
    return parse(key, (byte[]) reply.get(2))
        .filter(entry -> isCurrent(entry, permit))
        .<Begun>map(entry -> new Present(entry, permit))
        .orElse(new Absent(permit));
  }

  private boolean isCurrent(CacheEntry entry, Permit permit) {
    return permit.tags().entrySet().containsAll(entry.tags().entrySet())
        || areCurrent(entry.tags());
  }

  private Map<String, String> stamps(List<String> tags, Duration life) {
    List<byte[]> keys = tags.stream().map(this::tagKey).toList();
    List<byte[]> arguments = List.of(bytes(Token.random()), bytes(life.plus(FENCE).toMillis()));
    List<?> reply = insist(keys, () -> (List<?>) redis.run(TAGS, keys, arguments));
    Map<String, String> stamps = new HashMap<>();
    for (int i = 0; i < tags.size(); i++) {
      stamps.put(tags.get(i), text((byte[]) reply.get(i)));
    }
    return stamps;
  }

  @Override
  public boolean store(EntryKey key, CacheEntry entry, Permit permit) {
    byte[] bytes = entry.toBytes();
    byte[] stored = new byte[Token.LENGTH + bytes.length];
    System.arraycopy(bytes(permit.stamp()), 0, stored, 0, Token.LENGTH);
    System.arraycopy(bytes, 0, stored, Token.LENGTH, bytes.length);
    Duration life = Duration.between(clock.instant(), entry.lifetime().end());
    if (life.toMillis() < 1) {
      return false;
    }
    List<byte[]> arguments =
        List.of(
            bytes(key.variant()),
            bytes(permit.fence()),
            stored,
            bytes(life.toMillis()),
            bytes(MAX_VARIANTS));
    Object reply =
        orCorrupt(keys(key), () -> redis.run(STORE, List.of(keys(key).get(0)), arguments));
    return Long.valueOf(1).equals(reply);
  }

  @Override
  public boolean areCurrent(Map<String, String> tags) {
    if (tags.isEmpty()) {
      return true;
    }
    List<String> names = List.copyOf(tags.keySet());
    byte[][] keys = names.stream().map(this::tagKey).toArray(byte[][]::new);
    List<byte[]> stamps = redis.call(jedis -> jedis.mget(keys));
    return IntStream.range(0, names.size())
        .allMatch(i -> stamps.get(i) != null && text(stamps.get(i)).equals(tags.get(names.get(i))));
  }

  @Override
  public void drop(EntryKey key) {
    redis.call(jedis -> jedis.hdel(keys(key).get(0), bytes(key.variant())));
  }

  @Override
  public void evict(Eviction eviction) {
    List<byte[]> keys = new ArrayList<>();
    if (eviction instanceof Eviction.OfKey key) {
      keys.add(baseKey(key.cache(), key.base()));
    } else if (eviction instanceof Eviction.OfTag tag) {
      keys.add(tagKey(tag.tag()));
    } else if (eviction instanceof Eviction.OfCache cache) {
      for (int bucket = 0; bucket < BUCKETS; bucket++) {
        keys.add(bytes(bucketKey(cache.cache(), bucket)));
      }
    }
    delete(keys);
  }

  private void delete(List<byte[]> keys) {
    redis.call(jedis -> jedis.del(keys.toArray(byte[][]::new)));
  }

  /** Values that could not be read, since the start. */
  long corrupt() {
    return corrupt.sum();
  }

  /** What lies there is no such thing as was asked for: away with it. */
  private <T> @Nullable T orCorrupt(List<byte[]> keys, Supplier<@Nullable T> command) {
    try {
      return command.get();
    } catch (JedisDataException e) {
      corrupt.increment();
      delete(keys);
      return null;
    }
  }

  private <T> T insist(List<byte[]> keys, Supplier<T> command) {
    T reply = orCorrupt(keys, command);
    return reply != null ? reply : command.get();
  }

  private List<byte[]> keys(EntryKey key) {
    return List.of(
        baseKey(key.cache(), key.base()), bytes(bucketKey(key.cache(), bucket(key.base()))));
  }

  private byte[] baseKey(String cache, String base) {
    return bytes(bucketKey(cache, bucket(base)) + ":" + base);
  }

  private static int bucket(String base) {
    return base.charAt(0) % BUCKETS;
  }

  private String bucketKey(String cache, int bucket) {
    return prefix + "{" + cache + "." + bucket + "}";
  }

  private byte[] tagKey(String tag) {
    return bytes(prefix + "{tags}:" + tag);
  }

  private static byte[] bytes(Object value) {
    return value.toString().getBytes(UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
