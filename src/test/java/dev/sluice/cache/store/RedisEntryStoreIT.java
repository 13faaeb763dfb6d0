package dev.sluice.cache.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.StoreTest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

@StoreTest
class RedisEntryStoreIT extends EntryStoreContract {

  private static final String OTHER_TAG = Entries.hash("all");

  private static final RedisKeys KEYS = new RedisKeys("sluice");

  private static RedisProcess redis;
  private static RedisConnection connection;
  private static final CountersByCache counters = new CountersByCache();
  private static RedisEntryStore store;

  @BeforeAll
  static void start() {
    redis = RedisProcess.start();
    connection = new RedisConnection(redis.url(), "sluice", Duration.ofSeconds(2), 4);
    store = new RedisEntryStore(connection, "sluice", Entries.noNearCache(), clock, counters);
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
    return store;
  }

  @Override
  void passTime(Duration time) {
    clock.advance(time);
    try (Jedis jedis = redis.connect()) { // Redis's own clock decides
      Awaitility.await()
          .until(() -> jedis.keys("sluice:c:*").stream().noneMatch(key -> isHash(jedis, key)));
    }
  }

  private static void fill(EntryKey key, List<String> tags) {
    EntryStore.Begun begun = store.begin(Entries.request(key, tags.toArray(String[]::new)));
    store.store(
        key,
        Entries.entry("a", clock.instant()).withTags(begun.lease().tagStamps()),
        begun.lease());
  }

  private static Optional<CacheEntry> find(String... tags) {
    return store.find(Entries.request(KEY, tags));
  }

  private static String hash(Jedis jedis) {
    return jedis.keys("sluice:c:*").stream()
        .filter(key -> isHash(jedis, key))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isHash(Jedis jedis, String key) {
    return jedis.type(key).equals("hash");
  }

  private static void replaceValue(byte[] value) {
    try (Jedis jedis = redis.connect()) {
      jedis.hset(hash(jedis).getBytes(UTF_8), KEY.variant().getBytes(UTF_8), value);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 17, 40, 100})
  void deletesTruncatedValue(int length) {
    fill(KEY, List.of());
    try (Jedis jedis = redis.connect()) {
      byte[] value = jedis.hget(hash(jedis).getBytes(UTF_8), KEY.variant().getBytes(UTF_8));
      replaceValue(java.util.Arrays.copyOf(value, length));
      assertThat(find()).isEmpty();
      assertThat(jedis.hexists(hash(jedis), KEY.variant())).isFalse();
    }
  }

  @Test
  void deletesGarbage() {
    fill(KEY, List.of());
    replaceValue("{\"json\":true}".repeat(30).getBytes(UTF_8));
    assertThat(find()).isEmpty();
    try (Jedis jedis = redis.connect()) {
      assertThat(jedis.hexists(hash(jedis), KEY.variant())).isFalse();
    }
  }

  @Test
  void deletesValueOfAnotherFormat() {
    fill(KEY, List.of());
    try (Jedis jedis = redis.connect()) {
      byte[] value = jedis.hget(hash(jedis).getBytes(UTF_8), KEY.variant().getBytes(UTF_8));
      value[Token.LENGTH] = 99;
      replaceValue(value);
      long before = counters.of(KEY.cache()).failures.sum();
      assertThat(find()).isEmpty();
      assertThat(counters.of(KEY.cache()).failures.sum()).isEqualTo(before + 1);
      assertThat(jedis.hexists(hash(jedis), KEY.variant())).isFalse();
    }
  }

  @Test
  void replacesKeysOfAnotherRedisType() {
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
  void deletesAKeyOfAnotherRedisTypeWhenAnEntryOrALeaseEnds() {
    LookupRequest request = Entries.request(KEY);
    EntryStore.Lease lease = store.begin(request).lease();
    try (Jedis jedis = redis.connect()) {
      for (String key :
          List.of(new String(KEYS.entries(KEY), UTF_8), new String(KEYS.leases(KEY), UTF_8))) {
        jedis.del(key);
        jedis.set(key, "what is this?");
        store.drop(KEY);
        store.release(KEY, lease);
        assertThat(jedis.exists(key)).isFalse();
      }
    }
  }

  @Test
  void everyKeyButStampsOfCachesExpires() {
    fill(KEY, List.of(TAG));
    try (Jedis jedis = redis.connect()) {
      assertThat(jedis.pttl(hash(jedis))).isBetween(1L, Entries.FRESH.toMillis());
      for (String key : jedis.keys("sluice:c:tags:*")) {
        assertThat(jedis.pttl(key)).isPositive();
      }
    }
  }

  @Test
  void hashesClientsValuesInKeys() {
    fill(Entries.key("products", "SECRET", "SECRET"), List.of(Entries.hash("SECRET")));
    try (Jedis jedis = redis.connect()) {
      for (String key : jedis.keys("*")) {
        assertThat(key).doesNotContain("SECRET").startsWith("sluice:c:").contains("{");
      }
    }
  }

  @Test
  void hitTakesOneRoundTrip() {
    fill(KEY, List.of());
    assertThat(roundTrips(() -> assertThat(find()).isPresent())).isEqualTo(1);
  }

  @Test
  void hitWithTagsTakesOneRoundTrip() {
    fill(KEY, List.of(TAG, OTHER_TAG));
    assertThat(find(TAG, OTHER_TAG)).isPresent();
    assertThat(roundTrips(() -> assertThat(find(TAG, OTHER_TAG)).isPresent())).isEqualTo(1);
  }

  /** The tags are known only when the entry is stored, and when it has been read. */
  @Test
  void tagsOfTheResultTakeOneMoreRoundTripEach() {
    CoalescingCache cache = Entries.cache(Optional.of(store), clock, Duration.ofSeconds(1));
    LookupRequest request = Entries.request(KEY, TAG).withTagsToCome();
    lookUpAndStore(cache, Entries.request(OTHER_KEY, TAG).withTagsToCome(), OTHER_TAG);
    assertThat(roundTrips(() -> lookUpAndStore(cache, request, OTHER_TAG))).isEqualTo(4);
    assertThat(roundTrips(() -> assertThat(cache.lookup(request)).isInstanceOf(Lookup.Hit.class)))
        .isEqualTo(2);
    cache.evict(new Eviction.OfTag(OTHER_TAG));
    assertThat(cache.lookup(request)).isInstanceOf(Lookup.Miss.class);
  }

  /** From the lookup to the store, as a caller does it; a cold key first, then an evicted one. */
  @Test
  void missTakesThreeRoundTripsAndHitOne() {
    CoalescingCache cache = Entries.cache(Optional.of(store), clock, Duration.ofSeconds(1));
    LookupRequest request = Entries.request(KEY, TAG, OTHER_TAG);
    lookUpAndStore(cache, Entries.request(OTHER_KEY, TAG)); // Redis learns the scripts
    for (int round = 0; round < 2; round++) {
      assertThat(roundTrips(() -> lookUpAndStore(cache, request))).isEqualTo(3);
      assertThat(roundTrips(() -> assertThat(cache.lookup(request)).isInstanceOf(Lookup.Hit.class)))
          .isEqualTo(1);
      cache.evict(new Eviction.OfTag(TAG));
    }
  }

  private static void lookUpAndStore(
      CoalescingCache cache, LookupRequest request, String... tagsOfResult) {
    Fill fill = ((Lookup.Miss) cache.lookup(request)).fill();
    fill.tag(List.of(tagsOfResult));
    fill.store(Entries.entry("a", clock.instant()));
  }

  @Test
  void missThatIsNotStoredLeavesNoKeyThatEnds() {
    CoalescingCache cache = Entries.cache(Optional.of(store), clock, Duration.ofSeconds(1));
    for (int i = 0; i < 100; i++) {
      EntryKey key = Entries.key("products", "missing " + i, "json");
      LookupRequest request = Entries.request(key, Entries.hash("product:" + i));
      ((Lookup.Miss) cache.lookup(request)).fill().abandon("status");
    }
    try (Jedis jedis = redis.connect()) {
      assertThat(jedis.keys("*")).hasSizeLessThanOrEqualTo(16); // the stamps of one cache
    }
  }

  @Test
  void hitWritesNothing() {
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
  void evictionOfTagTakesOneRoundTripForAnyNumberOfEntries(int entries) {
    List<EntryKey> keys =
        IntStream.range(0, entries).mapToObj(i -> Entries.key("products", "" + i, "json")).toList();
    fillAll(keys);
    assertThat(foundOf(keys)).isEqualTo(Math.min(entries, 100));
    assertThat(roundTrips(() -> store.evict(new Eviction.OfTag(TAG)))).isEqualTo(1);
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
        pipeline.hset(KEYS.entries(key), key.variant().getBytes(UTF_8), byBucket.get(bucket(key)));
      }
      pipeline.sync();
      assertThat(jedis.dbSize()).isGreaterThan(keys.size());
    }
  }

  private static byte[] filled(Jedis jedis, EntryKey key) {
    fill(key, List.of(TAG));
    return jedis.hget(KEYS.entries(key), key.variant().getBytes(UTF_8));
  }

  private static String bucket(EntryKey key) {
    return new String(KEYS.cacheStamp(key), UTF_8);
  }

  /** Of the first hundred. */
  private static long foundOf(List<EntryKey> keys) {
    return keys.stream()
        .limit(100)
        .filter(key -> store.find(Entries.request(key)).isPresent())
        .count();
  }

  @Test
  void clearTakesOneRoundTrip() {
    fill(KEY, List.of());
    assertThat(roundTrips(() -> store.evict(new Eviction.OfCache(KEY.cache())))).isEqualTo(1);
  }

  /** How often Redis has read from connections meanwhile, INFO aside. */
  private static long roundTrips(Runnable action) {
    try (Jedis jedis = redis.connect()) {
      long before = reads(jedis);
      action.run();
      return reads(jedis) - before - 1;
    }
  }

  private static long reads(Jedis jedis) {
    return jedis
        .info("stats")
        .lines()
        .filter(line -> line.startsWith("total_reads_processed:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
        .sum();
  }
}
