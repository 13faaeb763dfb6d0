package dev.sluice.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

@Tag("store")
class FarTierIT extends EntryStoreContract {

  private static RedisProcess redis;
  private static RedisConnection connection;
  private static FarTier far;

  @BeforeAll
  static void start() {
    redis = RedisProcess.start();
    connection = new RedisConnection(redis.url(), "sluice", Duration.ofSeconds(2), 4);
    far = new FarTier(connection, "sluice", clock);
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
    EntryStore.Absent begun = (EntryStore.Absent) far.begin(key, tags, Entries.FRESH);
    far.store(
        key, Entries.entry("a", clock.instant()).withTags(begun.permit().tags()), begun.permit());
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
      assertThat(far.find(KEY)).isEmpty();
      assertThat(jedis.hexists(hash(jedis), KEY.variant())).isFalse();
    }
  }

  @Test
  void garbageIsAMissAndIsDeleted() {
    fill(KEY, List.of());
    replaceValue("{\"json\":true}".repeat(30).getBytes(UTF_8));
    assertThat(far.find(KEY)).isEmpty();
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
      long before = far.corrupt();
      assertThat(far.find(KEY)).isEmpty();
      assertThat(far.corrupt()).isEqualTo(before + 1);
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
        assertThat(far.find(KEY)).isEmpty();
        fill(KEY, List.of(TAG));
        assertThat(far.find(KEY)).isPresent();
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
    fill(Entries.key("products", "SECRET", "SECRET"), List.of(TagTemplate.hash("SECRET")));
    try (Jedis jedis = redis.connect()) {
      for (String key : jedis.keys("*")) {
        assertThat(key).doesNotContain("SECRET").startsWith("sluice:c:{");
      }
    }
  }

  @Test
  void aKeyHasABoundedNumberOfVariants() {
    IntStream.range(0, 200)
        .forEach(i -> fill(Entries.key("products", "7", "accept " + i), List.of()));
    try (Jedis jedis = redis.connect()) {
      assertThat(jedis.hlen(hash(jedis))).isLessThanOrEqualTo(66);
    }
  }

  @Test
  void aFarHitTakesOneCommand() {
    fill(KEY, List.of());
    assertThat(commands(() -> assertThat(far.find(KEY)).isPresent()))
        .isEqualTo(Map.of("evalsha", 1L));
  }

  @Test
  void aFarHitWithTagsTakesTwoCommands() {
    fill(KEY, List.of(TAG, TagTemplate.hash("all")));
    assertThat(commands(() -> assertThat(far.find(KEY)).isPresent()))
        .isEqualTo(Map.of("evalsha", 1L, "mget", 1L));
  }

  @Test
  void aMissTakesFourCommandsAtTheMost() {
    fill(OTHER_KEY, List.of(TAG));
    assertThat(
            commands(
                () -> {
                  far.find(KEY);
                  fill(KEY, List.of(TAG, TagTemplate.hash("all"), TagTemplate.hash("more")));
                }))
        .isEqualTo(Map.of("evalsha", 4L));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2_000})
  void anEvictionOfATagTakesOneCommandHoweverManyEntriesItHas(int entries) {
    IntStream.range(0, entries)
        .forEach(i -> fill(Entries.key("products", "" + i, "json"), List.of(TAG)));
    assertThat(commands(() -> far.evict(new Eviction.OfTag(TAG)))).isEqualTo(Map.of("del", 1L));
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
