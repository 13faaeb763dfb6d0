package dev.sluice.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.TcpProxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** Everything that a Redis server and the way to it can do to a caller. */
@Timeout(60)
@Tag("store")
class RedisConnectionIT {

  private static final Duration BUDGET = Duration.ofMillis(250);

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<String> logged = new ArrayList<>();
  private final Logger logger = Logger.getLogger(RedisConnection.class.getName());
  private final Handler recorder =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          synchronized (logged) {
            logged.add(line.getMessage());
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private RedisProcess redis;

  @BeforeEach
  void start() {
    redis = opened(RedisProcess.start());
    logger.setLevel(java.util.logging.Level.ALL);
    logger.addHandler(recorder);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void stop() throws Exception {
    logger.removeHandler(recorder);
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }

  private <T extends AutoCloseable> T opened(T closeable) {
    opened.add(closeable);
    return closeable;
  }

  private RedisConnection connection(URI url, int poolSize) {
    return opened(new RedisConnection(url, "test", BUDGET, poolSize));
  }

  private RedisConnection connection() {
    return connection(redis.url(), 4);
  }

  @Test
  void runsScriptsThatRedisDoesNotKnowAndThoseThatItForgot() {
    RedisConnection connection = connection();
    RedisScript script = RedisScript.of(RedisConnectionIT.class, "echo.lua");
    for (int i = 0; i < 2; i++) {
      Object reply = connection.run(script, List.of(), List.of("hello".getBytes(UTF_8)));
      assertThat((byte[]) reply).isEqualTo("hello".getBytes(UTF_8));
      try (Jedis jedis = redis.connect()) {
        jedis.scriptFlush();
      }
    }
    connection.run(script, List.of(), List.of("known".getBytes(UTF_8)));
    connection.run(script, List.of(), List.of("known".getBytes(UTF_8)));
    assertThat(redis.calls("eval")).isEqualTo(3);
    assertThat(redis.calls("evalsha")).isEqualTo(4);
  }

  @Test
  void handsOnWhatRedisSaysOfAWrongCommandAndStaysOnIt() {
    RedisConnection connection = connection();
    connection.call(jedis -> jedis.set("a", "b"));
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> connection.call(jedis -> jedis.hget("a", "b")))
          .isInstanceOf(JedisDataException.class)
          .hasMessageStartingWith("WRONGTYPE");
    }
    assertThat(connection.<String>call(jedis -> jedis.get("a"))).isEqualTo("b");
  }

  @Test
  void endsWithinTheBudgetWhenRedisIsFrozen() {
    RedisConnection connection = connection();
    connection.call(jedis -> jedis.set("a", "b"));
    redis.freeze();
    assertRefusedWithinTheBudget(() -> connection.call(jedis -> jedis.get("a")));
    redis.thaw();
    assertBack(connection);
  }

  @Test
  void endsWithinTheBudgetWhenRedisTakesNoMoreBytes() {
    RedisConnection connection = connection();
    connection.call(jedis -> jedis.set("a", "b"));
    byte[] large = new byte[64 << 20];
    redis.freeze();
    assertRefusedWithinTheBudget(
        () -> connection.call(jedis -> jedis.set("a".getBytes(UTF_8), large)));
    redis.thaw();
    assertBack(connection);
  }

  @Test
  void endsWithinTheBudgetWhenRepliesDrip() {
    TcpProxy proxy = opened(TcpProxy.to(redis.port()));
    RedisConnection connection = connection(proxy.redisUrl(), 4);
    connection.call(jedis -> jedis.set("a", "b".repeat(1000)));
    proxy.delay(BUDGET.dividedBy(5));
    proxy.drip(true);
    assertRefusedWithinTheBudget(() -> connection.call(jedis -> jedis.get("a")));
    proxy.drip(false);
    proxy.delay(Duration.ZERO);
    assertBack(connection);
  }

  @Test
  void comesBackWhenRepliesWereLostOrConnectionsCut() {
    TcpProxy proxy = opened(TcpProxy.to(redis.port()));
    RedisConnection connection = connection(proxy.redisUrl(), 4);
    connection.call(jedis -> jedis.set("a", "b"));
    proxy.swallow(true);
    assertRefusedWithinTheBudget(() -> connection.call(jedis -> jedis.get("a")));
    proxy.swallow(false);
    assertBack(connection);
    proxy.cut();
    assertBack(connection);
  }

  @Test
  void leavesADeadRedisAloneAndLogsItOnce() throws Exception {
    RedisConnection connection = connection();
    ExecutorService threads = Executors.newFixedThreadPool(16);
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      calls.add(() -> connection.call(jedis -> jedis.set("a", "b")));
    }
    for (Future<String> call : threads.invokeAll(calls)) {
      assertThat(call.get()).isEqualTo("OK");
    }
    redis.kill();
    for (int i = 0; i < 200; i++) {
      for (Future<String> call : threads.invokeAll(calls)) {
        assertThatThrownBy(call::get).hasCauseInstanceOf(RedisUnavailableException.class);
      }
    }
    threads.shutdown();
    redis.restart();
    assertBack(connection);
    assertThat(logged).hasSize(2);
    assertThat(logged.get(0)).contains("is in trouble");
    assertThat(logged.get(1)).contains("is back");
  }

  @Test
  void startsWithoutRedisAndFindsItLater() {
    redis.kill();
    RedisConnection connection = connection();
    assertRefusedWithinTheBudget(() -> connection.call(jedis -> jedis.get("a")));
    redis.restart();
    assertBack(connection);
  }

  @Test
  void waitsForAConnectionWithinTheBudgetOnly() throws Exception {
    TcpProxy proxy = opened(TcpProxy.to(redis.port()));
    RedisConnection connection = connection(proxy.redisUrl(), 1);
    connection.call(jedis -> jedis.set("a", "b"));
    proxy.swallow(true);
    ExecutorService other = Executors.newSingleThreadExecutor();
    Future<?> holding =
        other.submit(
            () ->
                assertThatThrownBy(() -> connection.call(jedis -> jedis.get("a")))
                    .isInstanceOf(RedisUnavailableException.class));
    assertRefusedWithinTheBudget(() -> connection.call(jedis -> jedis.get("a")));
    holding.get();
    other.shutdown();
    proxy.swallow(false);
    assertBack(connection);
  }

  @Test
  void takesARefusalAtItsWord() {
    RedisConnection connection = connection();
    connection.call(jedis -> jedis.set("a", "b"));
    try (Jedis jedis = redis.connect()) {
      jedis.replicaof("127.0.0.1", 1); // a replica serves reads and refuses writes
      assertRefusedWithinTheBudget(() -> connection.call(client -> client.set("a", "c")));
      long reads = redis.calls("get");
      assertRefusedWithinTheBudget(() -> connection.call(client -> client.get("a")));
      assertThat(redis.calls("get")).as("left alone").isEqualTo(reads);
      Awaitility.await()
          .until(
              () -> {
                assertRefusedWithinTheBudget(() -> connection.call(client -> client.get("a")));
                return jedis.info("errorstats").contains("READONLY:count=2"); // the probe
              });
      assertThat(redis.calls("get")).as("a probe writes first").isEqualTo(reads);
      jedis.replicaofNoOne();
    }
    assertBack(connection);
    assertThat(logged).hasSize(2);
  }

  @Test
  void takesARefusalInsideAScriptAtItsWord() {
    RedisConnection connection = connection();
    RedisScript script = RedisScript.of(RedisConnectionIT.class, "set.lua");
    connection.run(script, List.of("a".getBytes(UTF_8)), List.of());
    try (Jedis jedis = redis.connect()) {
      jedis.replicaof("127.0.0.1", 1);
      assertRefusedWithinTheBudget(
          () -> connection.run(script, List.of("a".getBytes(UTF_8)), List.of()));
    }
  }

  @Test
  void isRefusedWithoutTheRightPassword() {
    RedisProcess guarded = opened(RedisProcess.start("--requirepass", "right"));
    String address = "127.0.0.1:" + guarded.port();
    for (String user : List.of("", ":wrong@")) {
      RedisConnection connection = connection(URI.create("redis://" + user + address), 4);
      assertRefusedWithinTheBudget(() -> connection.call(jedis -> jedis.get("a")));
    }
    RedisConnection connection = connection(URI.create("redis://:right@" + address + "/3"), 4);
    connection.call(jedis -> jedis.set("a", "b"));
    assertThat(String.join("", logged)).doesNotContain("wrong@").doesNotContain("right@");
  }

  @Test
  void isRefusedByAFullServer() {
    try (Jedis jedis = redis.connect()) {
      jedis.configSet("maxclients", "1");
      RedisConnection connection = connection();
      assertRefusedWithinTheBudget(() -> connection.call(client -> client.get("a")));
      jedis.configSet("maxclients", "100");
      assertBack(connection);
    }
  }

  private static void assertRefusedWithinTheBudget(Callable<?> call) {
    long start = System.nanoTime();
    assertThatThrownBy(call::call).isInstanceOf(RedisUnavailableException.class);
    // Twice as much for a machine that is busy with other things.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BUDGET.multipliedBy(2));
  }

  private static void assertBack(RedisConnection connection) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(2))
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptionsInstanceOf(RedisUnavailableException.class)
        .until(() -> connection.call(jedis -> jedis.set("a", "b")) != null);
  }
}
