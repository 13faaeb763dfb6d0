package dev.sluice.cache.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisScript;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * In Redis, for all nodes: one hash per base key with a field per variant, {@code #} for its
 * fencing token and {@code @} for the time when the last entry ends.
 */
public final class RedisEntryStore implements EntryStore {

  /** How long a method may take and still store. */
  public static final Duration FENCE = Duration.ofMinutes(10);

  private static final RedisScript FIND = RedisScript.of(RedisEntryStore.class, "find.lua");
  private static final RedisScript BEGIN = RedisScript.of(RedisEntryStore.class, "begin.lua");
  private static final RedisScript STORE = RedisScript.of(RedisEntryStore.class, "store.lua");
  private static final RedisScript TAGS = RedisScript.of(RedisEntryStore.class, "tags.lua");

  private final RedisConnection redis;
  private final RedisKeys names;
  private final InstantSource clock;
  private final CountersByCache counts;

  public RedisEntryStore(
      RedisConnection redis, String keyPrefix, InstantSource clock, CountersByCache counts) {
    this.redis = redis;
    this.names = new RedisKeys(keyPrefix);
    this.clock = clock;
    this.counts = counts;
  }

  @Override
  public Found find(LookupRequest wanted) {
    EntryKey key = wanted.key();
    byte[] stored =
        orCorrupt(
            key,
            names.of(key),
            () -> (byte[]) redis.run(FIND, names.of(key), List.of(bytes(key.variant()))));
    Optional<CacheEntry> entry = parse(key, stored);
    Map<String, String> tags = entry.map(CacheEntry::tags).orElse(Map.of());
    if (tags.isEmpty()) {
      return new Found(entry, Map.of());
    }
    boolean doesIt = entry.filter(it -> wanted.isMetBy(it, clock.instant())).isPresent();
    List<String> asked = List.copyOf(tags.keySet());
    List<String> expected = doesIt ? asked.stream().map(tags::get).toList() : List.of();
    Map<String, String> now = stamps(wanted, asked, expected);
    boolean same = now.equals(tags);
    return new Found(same ? entry : Optional.empty(), same && doesIt ? Map.of() : now);
  }

  private Optional<CacheEntry> parse(EntryKey key, byte @Nullable [] stored) {
    if (stored == null) {
      return Optional.empty();
    }
    Optional<CacheEntry> entry = CacheEntry.parse(stored);
    if (entry.isEmpty()) {
      counts.of(key.cache()).failures.increment();
      drop(key);
    }
    return entry;
  }

  @Override
  public Begun begin(LookupRequest wanted, Map<String, String> stamps) {
    EntryKey key = wanted.key();
    List<byte[]> arguments =
        List.of(bytes(key.variant()), bytes(Token.random()), bytes(FENCE.toMillis()));
    List<?> reply =
        insist(key, names.of(key), () -> (List<?>) redis.run(BEGIN, names.of(key), arguments));
    Permit permit =
        new Permit(
            text((byte[]) reply.get(0)), text((byte[]) reply.get(1)), permitted(wanted, stamps));
    return parse(key, (byte[]) reply.get(2))
        .filter(entry -> isCurrent(entry, permit))
        .<Begun>map(entry -> new Present(entry, permit))
        .orElse(new Absent(permit));
  }

  /** The stamps of what is wanted, asked for unless they are known. */
  private Map<String, String> permitted(LookupRequest wanted, Map<String, String> known) {
    List<String> tags = List.copyOf(wanted.tags());
    if (tags.isEmpty() || !known.keySet().containsAll(tags)) {
      return tags.isEmpty() ? Map.of() : stamps(wanted, tags, List.of());
    }
    return tags.stream().collect(Collectors.toMap(Function.identity(), known::get));
  }

  private boolean isCurrent(CacheEntry entry, Permit permit) {
    return permit.tags().keySet().containsAll(entry.tags().keySet())
        ? permit.tags().entrySet().containsAll(entry.tags().entrySet())
        : areCurrent(entry.tags());
  }

  /**
   * The stamps as they are; made to last for a new entry, unless they are all as expected.
   *
   * @param expected the stamp of each tag, or nothing
   */
  private Map<String, String> stamps(
      LookupRequest wanted, List<String> tags, List<String> expected) {
    List<byte[]> keys = tags.stream().map(names::ofTag).toList();
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(bytes(Token.random()));
    arguments.add(bytes(wanted.life().plus(FENCE).toMillis()));
    expected.forEach(stamp -> arguments.add(bytes(stamp)));
    List<?> reply = insist(wanted.key(), keys, () -> (List<?>) redis.run(TAGS, keys, arguments));
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
    Object reply = orCorrupt(key, names.of(key), () -> redis.run(STORE, names.of(key), arguments));
    return Long.valueOf(1).equals(reply);
  }

  @Override
  public boolean areCurrent(Map<String, String> tags) {
    if (tags.isEmpty()) {
      return true;
    }
    List<String> asked = List.copyOf(tags.keySet());
    byte[][] keys = asked.stream().map(names::ofTag).toArray(byte[][]::new);
    List<byte[]> stamps = redis.call(jedis -> jedis.mget(keys));
    return IntStream.range(0, asked.size())
        .allMatch(i -> stamps.get(i) != null && text(stamps.get(i)).equals(tags.get(asked.get(i))));
  }

  @Override
  public void drop(EntryKey key) {
    redis.call(jedis -> jedis.hdel(names.of(key).get(0), bytes(key.variant())));
  }

  @Override
  public void evict(Eviction eviction) {
    delete(names.of(eviction));
  }

  private void delete(List<byte[]> keys) {
    redis.call(jedis -> jedis.del(keys.toArray(byte[][]::new)));
  }

  /** What lies there is no such thing as was asked for: away with it. */
  private <T> @Nullable T orCorrupt(
      EntryKey key, List<byte[]> keys, Supplier<@Nullable T> command) {
    try {
      return command.get();
    } catch (JedisDataException e) {
      counts.of(key.cache()).failures.increment();
      delete(keys);
      return null;
    }
  }

  private <T> T insist(EntryKey key, List<byte[]> keys, Supplier<T> command) {
    T reply = orCorrupt(key, keys, command);
    return reply != null ? reply : command.get();
  }

  private static byte[] bytes(Object value) {
    return value.toString().getBytes(UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
