package dev.sluice.cache.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

@Tag("store")
class RedisEntryStoreIT extends EntryStoreContract {

  private static final String OTHER_TAG = Entries.hash("all");

  private static final RedisKeys NAMES = new RedisKeys("sluice");

  private static RedisProcess redis;
  private static RedisConnection connection;
  private static final CountersByCache counts = new CountersByCache();
  private static RedisEntryStore far;

  @BeforeAll
  static void start() {
    redis = RedisProcess.start();
    connection = new RedisConnection(redis.url(), "sluice", Duration.ofSeconds(2), 4);
    far = new RedisEntryStore(connection, "sluice", clock, counts);
  }

  @AfterAll
  static void stop() {
    connection.close();
    redis.close();
  }

  @BeforeEach
  void empty() {
    try (Jedis jedis = redis.connect()) {
      jedis.flushAll();
    }
  }

  @Override
  EntryStore store() {
    return far;
  }

  private static void fill(EntryKey key, List<String> tags) {
    fill(key, tags, Map.of());
  }

  private static void fill(EntryKey key, List<String> tags, Map<String, String> stamps) {
    EntryStore.Begun begun = far.begin(Entries.wanted(key, tags.toArray(String[]::new)), stamps);
    far.store(
        key, Entries.entry("a", clock.instant()).withTags(begun.permit().tags()), begun.permit());
  }

  private static Optional<CacheEntry> find() {
    return far.find(Entries.wanted(KEY)).entry();
  }

  private static String hash(Jedis jedis) {
    return jedis.keys("sluice:c:*").stream()
        .filter(key -> jedis.type(key).equals("hash"))
        .findFirst()
        .orElseThrow();
  }

  private static void replaceValue(byte[] value) {
    try (Jedis jedis = redis.connect()) {
      jedis.hset(hash(jedis).getBytes(UTF_8), KEY.variant().getBytes(UTF_8), value);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 17, 40, 100})
  void aTruncatedValueIsAMissAndIsDeleted(int length) {
    fill(KEY, List.of());
    try (Jedis jedis = redis.connect()) {
      byte[] value = jedis.hget(hash(jedis).getBytes(UTF_8), KEY.variant().getBytes(UTF_8));
      replaceValue(java.util.Arrays.copyOf(value, length));
      assertThat(find()).isEmpty();
      assertThat(jedis.hexists(hash(jedis), KEY.variant())).isFalse();
    }
  }

  @Test
  void garbageIsAMissAndIsDeleted() {
    fill(KEY, List.of());
    replaceValue("{\"json\":true}".repeat(30).getBytes(UTF_8));
    assertThat(find()).isEmpty();
    try (Jedis jedis = redis.connect()) {
      assertThat(jedis.hexists(hash(jedis), KEY.variant())).isFalse();
    }
  }

  @Test
  void anotherFormatIsAMissAndIsDeleted() {
    fill(KEY, List.of());
    try (Jedis jedis = redis.connect()) {
      byte[] value = jedis.hget(hash(jedis).getBytes(UTF_8), KEY.variant().getBytes(UTF_8));
      value[Token.LENGTH] = 99;
      replaceValue(value);
      long before = counts.of(KEY.cache()).failures.sum();
      assertThat(find()).isEmpty();
      assertThat(counts.of(KEY.cache()).failures.sum()).isEqualTo(before + 1);
      assertThat(jedis.hexists(hash(jedis), KEY.variant())).isFalse();
    }
  }

  @Test
  void anotherTypeUnderAnyOfItsKeysIsAMissAndThenWorksAgain() {
    fill(KEY, List.of(TAG));
    Set<String> keys;
    try (Jedis jedis = redis.connect()) {
      keys = jedis.keys("sluice:c:*");
      assertThat(keys).hasSize(3);
      for (String key : keys) {
        jedis.del(key);
        jedis.lpush(key, "what is this?");
        assertThat(find()).isEmpty();
        fill(KEY, List.of(TAG));
        assertThat(find()).isPresent();
      }
    }
  }

  @Test
  void everyKeyEndsByItselfButTheCachesOwnStamps() {
    fill(KEY, List.of(TAG));
    try (Jedis jedis = redis.connect()) {
      assertThat(jedis.pttl(hash(jedis))).isBetween(1L, Entries.FRESH.toMillis());
      for (String key : jedis.keys("sluice:c:{tags}:*")) {
        assertThat(jedis.pttl(key)).isPositive();
      }
    }
  }

  @Test
  void noValueOfAClientStandsInAKey() {
    fill(Entries.key("products", "SECRET", "SECRET"), List.of(Entries.hash("SECRET")));
    try (Jedis jedis = redis.connect()) {
      for (String key : jedis.keys("*")) {
        assertThat(key).doesNotContain("SECRET").startsWith("sluice:c:{");
      }
    }
  }

  @Test
  void aFarHitTakesOneCommand() {
    fill(KEY, List.of());
    assertThat(commands(() -> assertThat(find()).isPresent())).isEqualTo(Map.of("evalsha", 1L));
  }

  @Test
  void aFarHitWithTagsTakesTwoCommands() {
    fill(KEY, List.of(TAG, OTHER_TAG));
    assertThat(commands(() -> assertThat(find()).isPresent())).isEqualTo(Map.of("evalsha", 2L));
  }

  @Test
  void aMissTakesFourCommandsAtTheMost() {
    fill(OTHER_KEY, List.of(TAG));
    assertThat(
            commands(
                () -> {
                  assertThat(find()).isEmpty();
                  fill(KEY, List.of(TAG, OTHER_TAG, Entries.hash("more")));
                }))
        .isEqualTo(Map.of("evalsha", 4L));
  }

  /** The commonest miss where there are tags: the entry is there, and not current any more. */
  @Test
  void aMissAfterAnEvictionOfATagTakesFourCommandsAtTheMost() {
    fill(KEY, List.of(TAG, OTHER_TAG));
    far.evict(new Eviction.OfTag(TAG));
    assertThat(commands(() -> lookAndFill(TAG, OTHER_TAG))).isEqualTo(Map.of("evalsha", 4L));
    assertThat(find()).isPresent();
  }

  @Test
  void aMissBecauseOfAgeTakesFourCommandsAtTheMost() {
    fill(KEY, List.of(TAG, OTHER_TAG));
    LookupRequest younger =
        new LookupRequest(
            KEY, List.of(TAG, OTHER_TAG), Entries.FRESH, (entry, now) -> entry.status() == 0);
    assertThat(
            commands(
                () -> {
                  EntryStore.Found found = far.find(younger);
                  assertThat(found.entry()).isPresent();
                  fill(KEY, List.of(TAG, OTHER_TAG), found.stamps());
                }))
        .isEqualTo(Map.of("evalsha", 4L));
  }

  /** From the lookup to the store, as a caller does it; a cold key first, then an evicted one. */
  @Test
  void aNodeSpendsFourCommandsOnAMissAndTwoOnAHitWithTags() {
    CoalescingCache cache = Entries.cache(Optional.of(far), clock, Duration.ofSeconds(1));
    LookupRequest wanted = Entries.wanted(KEY, TAG, OTHER_TAG);
    for (int round = 0; round < 2; round++) {
      assertThat(
              commands(
                  () ->
                      ((Lookup.Miss) cache.lookup(wanted))
                          .fill()
                          .store(Entries.entry("a", clock.instant()))))
          .isEqualTo(Map.of("evalsha", 4L));
      assertThat(commands(() -> assertThat(cache.lookup(wanted)).isInstanceOf(Lookup.Hit.class)))
          .isEqualTo(Map.of("evalsha", 2L));
      cache.evict(new Eviction.OfTag(TAG));
    }
  }

  private static void lookAndFill(String... tags) {
    EntryStore.Found found = far.find(Entries.wanted(KEY, tags));
    assertThat(found.entry()).isEmpty();
    fill(KEY, List.of(tags), found.stamps());
  }

  @Test
  void aHitWritesNothing() {
    fill(KEY, List.of(TAG));
    try (Jedis jedis = redis.connect()) {
      String before = writes(jedis);
      assertThat(find()).isPresent();
      assertThat(writes(jedis)).isEqualTo(before);
    }
  }

  /** What replicas have to be told, and a disk. */
  private static String writes(Jedis jedis) {
    return jedis
        .info("persistence")
        .lines()
        .filter(line -> line.startsWith("rdb_changes_since_last_save:"))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100_000})
  void anEvictionOfATagTakesOneCommandHoweverManyEntriesItHas(int entries) {
    List<EntryKey> keys =
        IntStream.range(0, entries).mapToObj(i -> Entries.key("products", "" + i, "json")).toList();
    fillAll(keys);
    assertThat(foundOf(keys)).isEqualTo(Math.min(entries, 100));
    assertThat(commands(() -> far.evict(new Eviction.OfTag(TAG)))).isEqualTo(Map.of("del", 1L));
    assertThat(foundOf(keys)).isZero();
  }

  /** Copies of one entry with the tag, since filling each would take a minute. */
  private static void fillAll(List<EntryKey> keys) {
    try (Jedis jedis = redis.connect()) {
      Map<String, byte[]> byBucket = new HashMap<>();
      for (EntryKey key : keys) {
        byBucket.computeIfAbsent(bucket(key), bucket -> filled(jedis, key));
      }
      Pipeline pipeline = jedis.pipelined();
      for (EntryKey key : keys) {
        pipeline.hset(
            NAMES.of(key).get(0), key.variant().getBytes(UTF_8), byBucket.get(bucket(key)));
      }
      pipeline.sync();
      assertThat(jedis.dbSize()).isGreaterThan(keys.size());
    }
  }

  private static byte[] filled(Jedis jedis, EntryKey key) {
    fill(key, List.of(TAG));
    return jedis.hget(NAMES.of(key).get(0), key.variant().getBytes(UTF_8));
  }

  private static String bucket(EntryKey key) {
    return new String(NAMES.of(key).get(1), UTF_8);
  }

  /** Of the first hundred. */
  private static long foundOf(List<EntryKey> keys) {
    return keys.stream()
        .limit(100)
        .filter(key -> far.find(Entries.wanted(key)).entry().isPresent())
        .count();
  }

  @Test
  void aClearTakesOneCommand() {
    fill(KEY, List.of());
    assertThat(commands(() -> far.evict(new Eviction.OfCache(KEY.cache()))))
        .isEqualTo(Map.of("del", 1L));
  }

  /** What was sent, by name: commands that scripts run within the server are not. */
  private static Map<String, Long> commands(Runnable action) {
    try (Jedis jedis = redis.connect()) {
      jedis.configResetStat();
    }
    action.run();
    Map<String, Long> sent = new java.util.TreeMap<>();
    for (String name : List.of("evalsha", "eval", "mget", "del", "hdel", "scan", "keys")) {
      long calls = redis.calls(name);
      if (calls > 0) {
        sent.put(name, calls);
      }
    }
    return sent;
  }
}
