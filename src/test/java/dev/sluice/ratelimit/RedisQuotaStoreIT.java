package dev.sluice.ratelimit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ratelimit.QuotaStore.Mode;
import dev.sluice.ratelimit.QuotaStore.Reply;
import dev.sluice.redis.KeyDigest;
import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.StoreTest;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

@StoreTest
class RedisQuotaStoreIT extends QuotaStoreContract {

  private static RedisProcess redis;
  private static RedisConnection connection;

  private final QuotaStore store =
      new RedisQuotaStore(connection, "test", Optional.of(clock::micros));

  @BeforeAll
  static void start() {
    redis = RedisProcess.start();
    connection = new RedisConnection(redis.url(), "test", Duration.ofSeconds(5), 8);
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
  QuotaStore store() {
    return store;
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.ratelimit.ExactnessTest#schedules")
  void decidesLikeTheReference(String limits, int mostCost, int percent) {
    new ExactnessCheck(store, clock, limits, percent).run(Math.max(8000, percent * 300), mostCost);
  }

  @Tag("soak")
  @ParameterizedTest
  @MethodSource("dev.sluice.ratelimit.ExactnessTest#schedules")
  void decidesHalfAMillionRequestsLikeTheReference(String limits, int mostCost, int percent) {
    new ExactnessCheck(store, clock, limits, percent).run(percent * 5000, mostCost);
  }

  @Test
  void decidesLikeTheLocalStore() {
    SplittableRandom random = new SplittableRandom(7);
    QuotaStore local = new LocalQuotaStore(clock, 1000, 1 << 20);
    for (Algorithm algorithm : Algorithm.values()) {
      RateLimitPolicy policy = Charges.policy("p", "7/second; 100/3 minutes; 3000/hour", algorithm);
      for (int i = 0; i < 1500; i++) {
        clock.advanceMicros(random.nextLong(random.nextInt(3) == 0 ? 2_000_000 : 1000));
        List<Charge> charges =
            Charges.of(policy, "client " + random.nextInt(2), 1 + random.nextInt(4));
        assertThat(store.decide(charges)).isEqualTo(local.decide(charges));
        assertThat(store.peek(charges)).isEqualTo(local.peek(charges));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1234", "\u0000\u0000\u0000\u0005", "1234567890123456"})
  void treatsCorruptValuesAsEmpty(String value) {
    for (Algorithm algorithm : Algorithm.values()) {
      for (String limit : List.of("5/minute", "200/minute", "2000/minute", "2000/99 years")) {
        List<Charge> charges = Charges.of(Charges.policy(limit, limit, algorithm), "c", 1);
        admits(charges);
        try (Jedis jedis = redis.connect()) {
          jedis.keys("test:r:*").forEach(key -> jedis.set(key, value));
          assertThat(admits(charges)).isTrue();
          jedis.keys("test:r:*").forEach(key -> jedis.del(key));
          admits(charges);
          jedis
              .keys("test:r:*")
              .forEach(
                  key -> {
                    jedis.del(key);
                    jedis.lpush(key, "not a string");
                  });
        }
        assertThat(store.decide(charges).get(0).remaining())
            .isEqualTo(charges.get(0).quota().limit().amount() - 1);
      }
    }
  }

  @Test
  void takesLittleMemoryAndFreesItAfterTheWindow() {
    QuotaStore onRedisClock = new RedisQuotaStore(connection, "sluice");
    List<Charge> five = Charges.of("5/minute");
    List<Charge> thousand = Charges.of("1000/hour");
    List<Charge> brief = Charges.of("5/second");
    for (int i = 0; i < 1000; i++) {
      onRedisClock.decide(five);
      onRedisClock.decide(thousand);
      onRedisClock.decide(brief);
    }
    try (Jedis jedis = redis.connect()) {
      assertThat(memory(jedis, five)).isLessThanOrEqualTo(200);
      assertThat(memory(jedis, thousand)).isLessThanOrEqualTo(16 << 10);
      assertThat(jedis.pttl(key(five))).isBetween(1L, 60_001L);
      assertThat(jedis.pttl(key(thousand))).isBetween(1L, 3_600_001L);
      Awaitility.await()
          .atMost(Duration.ofSeconds(3))
          .untilAsserted(() -> assertThat(jedis.exists(key(brief))).isFalse());
    }
  }

  /** The figures of the documentation. */
  @ParameterizedTest
  @CsvSource({
    "SLIDING_WINDOW, 5/minute, 200",
    "SLIDING_WINDOW, 1000/hour, 16384",
    "SLIDING_WINDOW, 1000000/hour, 33000",
    "FIXED_WINDOW, 60/hour, 150",
    "TOKEN_BUCKET, 60/hour, 150"
  })
  void takesNoMoreMemoryThanDocumented(Algorithm algorithm, String limit, long most) {
    RateLimitPolicy policy = Charges.policy(limit, limit, algorithm);
    long step = policy.quotas().get(0).counting().periodMicros() / 1001;
    List<Charge> charges = Charges.of(policy, KeyDigest.of("client", 16), 1);
    for (int i = 0; i < 2500; i++) {
      clock.advanceMicros(step);
      admits(charges);
    }
    try (Jedis jedis = redis.connect()) {
      assertThat(jedis.keys("*")).hasSize(1);
      long bytes = jedis.memoryUsage(jedis.keys("*").iterator().next());
      System.getLogger("memory").log(Level.INFO, charges + ": " + bytes + " bytes");
      assertThat(bytes).isLessThanOrEqualTo(most);
    }
  }

  /** Expiry is off, so that all keys exist at once on a slow machine. */
  @Tag("soak")
  @Test
  void countsAMillionClientsInLittleMemory() throws Exception {
    int clients = 1_000_000;
    QuotaStore onRedisClock = new RedisQuotaStore(connection, "sluice");
    QuotaPolicy five = Charges.policy("p", "5/minute", Algorithm.SLIDING_WINDOW).quotas().get(0);
    try (Jedis jedis = redis.connect()) {
      jedis.sendCommand(() -> "DEBUG".getBytes(US_ASCII), "SET-ACTIVE-EXPIRE", "0");
      long before = usedMemory(jedis);
      ExecutorService threads = Executors.newFixedThreadPool(8);
      List<Future<?>> all = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        int first = thread;
        all.add(
            threads.submit(
                () -> {
                  for (int i = first; i < clients; i += 8) {
                    onRedisClock.decide(
                        List.of(new Charge(five, KeyDigest.of("client " + i, 16), 5)));
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
      threads.shutdown();
      assertThat(jedis.dbSize()).isEqualTo(clients);
      long bytes = usedMemory(jedis) - before;
      System.getLogger("memory").log(Level.INFO, clients + " clients: " + bytes + " bytes");
      assertThat(bytes).isLessThan(300L * clients);
      jedis.sendCommand(() -> "DEBUG".getBytes(US_ASCII), "SET-ACTIVE-EXPIRE", "1");
      Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> jedis.dbSize() == 0);
    }
  }

  private static long usedMemory(Jedis jedis) {
    return jedis
        .info("memory")
        .lines()
        .filter(line -> line.startsWith("used_memory:"))
        .mapToLong(line -> Long.parseLong(line.substring("used_memory:".length()).strip()))
        .sum();
  }

  private static long memory(Jedis jedis, List<Charge> charges) {
    long bytes = jedis.memoryUsage(key(charges));
    System.getLogger("memory").log(Level.INFO, charges + ": " + bytes + " bytes");
    return bytes;
  }

  private static String key(List<Charge> charges) {
    return "sluice:r:{" + charges.get(0).client() + "}:" + charges.get(0).quota().key();
  }

  @Test
  void countsARequestAsEndedThatIsNotRenewed() {
    List<Charge> charges = Charges.of("1 concurrent");
    store.decide(charges);
    clock.advance(Counting.LEASE.minusNanos(1000));
    assertThat(admits(charges)).isFalse();
    clock.advanceMicros(1);
    assertThat(admits(charges)).isTrue();
  }

  @Test
  void countsARequestAsRunningThatIsRenewed() {
    List<Charge> charges = Charges.of("2 concurrent");
    Reply first = store.run(charges, Mode.CHARGE);
    Reply second = store.run(charges, Mode.CHARGE);
    clock.advance(Counting.LEASE.minusSeconds(1));
    store.renew(charges, first.receipt());
    store.renew(charges, first.receipt());
    clock.advance(Counting.LEASE.minusSeconds(1));
    assertThat(store.peek(charges).get(0).remaining()).isEqualTo(1);
    store.refund(charges, second.receipt());
    store.refund(charges, first.receipt());
    assertThat(store.peek(charges).get(0).remaining()).isEqualTo(2);
  }

  @Test
  void keepsNoKeyOfRequestsThatHaveEnded() {
    List<Charge> charges = Charges.of("1 concurrent");
    store.refund(charges, store.run(charges, Mode.CHARGE).receipt());
    try (Jedis jedis = redis.connect()) {
      assertThat(jedis.keys("test:r:*")).isEmpty();
      new RedisQuotaStore(connection, "test").decide(charges);
      assertThat(jedis.pttl(jedis.keys("test:r:*").iterator().next()))
          .isBetween(1L, Counting.LEASE.toMillis() + 1);
    }
  }

  @Test
  void treatsCorruptConcurrencyAndBlocksAsEmpty() {
    List<Charge> charges =
        Charges.of(Charges.blocking("b", "1 concurrent", "1 hour", "1/minute"), "c", 1);
    store.decide(charges);
    store.decide(charges);
    try (Jedis jedis = redis.connect()) {
      assertThat(jedis.keys("test:r:*")).hasSize(2);
      for (String key : jedis.keys("test:r:*")) {
        jedis.del(key);
        jedis.lpush(key, "not a count");
      }
    }
    assertThat(admits(charges)).isTrue();
  }

  @Test
  void decidesAllLimitsInOneCall() {
    List<Charge> charges = Charges.of("5/minute; 100/hour; 1000/day");
    store.decide(charges);
    try (Jedis jedis = redis.connect()) {
      jedis.configResetStat();
    }
    for (int i = 0; i < 10; i++) {
      store.decide(charges);
    }
    assertThat(redis.calls("evalsha")).isEqualTo(10);
    assertThat(redis.calls("eval")).isZero();
  }

  @Test
  void putsTheKeysOfAClientIntoOneSlotWithoutItsName() {
    store.decide(Charges.of("5/minute; 100/hour", KeyDigest.of("client 192.0.2.1", 16), 1));
    try (Jedis jedis = redis.connect()) {
      assertThat(jedis.keys("*"))
          .hasSize(2)
          .allSatisfy(key -> assertThat(key).doesNotContain("192.0.2.1").hasSizeLessThan(64))
          .extracting(key -> key.replaceFirst(".*\\{(.*)}.*", "$1"))
          .containsOnly(KeyDigest.of("client 192.0.2.1", 16));
    }
  }
}
