package dev.sluice.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.testing.RedisProcess;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Calls that fail while Redis is well, and what they do to other calls: nothing. */
class FaultlessIT extends WithRedis {

  private static final RedisScript SET = RedisScript.of(FaultlessIT.class, "set.lua");
  private static final RedisScript WRONG = RedisScript.of(FaultlessIT.class, "wrong.lua");

  /** More failed calls than open the circuit breaker, then one that is replied to. */
  private static void failsAndOthersAreServed(
      RedisConnection connection, Class<?> exception, ThrowingCallable call) {
    for (int i = 0; i < 10; i++) {
      Throwable thrown = catchThrowable(call);
      Thread.interrupted();
      assertThat(thrown).isExactlyInstanceOf(exception);
      assertNamesNoClientClass(thrown);
      assertThat(connection.isAvailable()).isTrue();
      assertThat(Outcome.of(connection)).isEqualTo(Outcome.REPLIED);
    }
  }

  private static void assertNamesNoClientClass(Throwable thrown) {
    List<Throwable> all = Stream.iterate(thrown, Objects::nonNull, Throwable::getCause).toList();
    assertThat(all).noneMatch(each -> each.toString().toLowerCase(Locale.ROOT).contains("jedis"));
  }

  @Test
  void anInterruptOfTheCaller() {
    RedisConnection connection = usedConnection(proxy.redisUrl());
    proxy.delay(Duration.ofMillis(20));
    failsAndOthersAreServed(
        connection,
        RedisException.class,
        () -> {
          Thread.currentThread().interrupt();
          connection.call(jedis -> jedis.get("a"));
        });
    assertThat(logged).isEmpty();
  }

  @Test
  void anInterruptStaysWithTheCaller() {
    RedisConnection connection = usedConnection(proxy.redisUrl());
    proxy.delay(Duration.ofMillis(20));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> connection.call(jedis -> jedis.get("a")))
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void anInterruptWhileTheCallerWaitsForAConnection() throws Exception {
    RedisConnection connection = connection(redis.url(), 1);
    CountDownLatch done = new CountDownLatch(1);
    Future<?> holder = holdConnection(connection, done);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> connection.call(jedis -> jedis.get("a")))
        .isExactlyInstanceOf(RedisException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    done.countDown();
    holder.get();
    assertThat(logged).isEmpty();
  }

  @Test
  void aPayloadThatIsTooLargeForItsBudget() {
    RedisConnection connection = connection(proxy.redisUrl(), Duration.ofMillis(250), 4);
    assertThat(Outcome.of(connection)).isEqualTo(Outcome.REPLIED);
    byte[] large = new byte[64 << 20];
    proxy.throttle(100_000_000);
    for (int i = 0; i < 4; i++) {
      assertThatThrownBy(() -> connection.call(jedis -> jedis.set("large".getBytes(UTF_8), large)))
          .isExactlyInstanceOf(RedisException.class)
          .hasMessageContaining("too large");
    }
    assertThat(connection.isAvailable()).isTrue();
    assertThat(logged).singleElement().asString().contains("too large", "caches");
  }

  @Test
  void aScriptWithAnError() {
    RedisConnection connection = usedConnection(redis.url());
    failsAndOthersAreServed(
        connection,
        RedisException.class,
        () -> connection.run(WRONG, List.of("a".getBytes(UTF_8)), List.of()));
    assertThat(logged).singleElement().asString().contains("caches", "script");
  }

  @Test
  void aValueOfAnotherType() {
    RedisConnection connection = usedConnection(redis.url());
    failsAndOthersAreServed(
        connection,
        RedisCorruptException.class,
        () -> connection.call(jedis -> jedis.hget("a", "b")));
    assertThat(logged).singleElement().asString().contains("caches", "WRONGTYPE");
  }

  @Test
  void oneFailedCall() {
    RedisConnection connection = usedConnection(proxy.redisUrl());
    for (int i = 0; i < 2; i++) {
      proxy.cutAtNextReply();
      assertThat(Outcome.of(connection)).isEqualTo(Outcome.FAILED);
      assertThat(connection.isAvailable()).isTrue();
    }
    assertThat(logged).isEmpty();
  }

  @Test
  void oneCommandWithoutPermission() {
    try (Jedis jedis = redis.connect()) {
      jedis.aclSetUser("guest", "on", ">secret", "~*", "+@all", "-@dangerous");
    }
    RedisConnection connection =
        usedConnection(URI.create("redis://guest:secret@127.0.0.1:" + redis.port()));
    assertThatThrownBy(() -> connection.call(jedis -> jedis.info("memory")))
        .isInstanceOf(RedisUnavailableException.class)
        .hasMessageContaining("NOPERM");
    assertThat(connection.isAvailable()).isTrue();
    assertThat(logged).isEmpty();
  }

  /** A server that permits too little is no server for this use; the log says so once. */
  @Test
  void aCommandThatRedisDoesNotHave() {
    RedisProcess limited = opened(RedisProcess.start("--rename-command", "EVALSHA", ""));
    RedisConnection connection = usedConnection(limited.url());
    for (int i = 0; i < 100; i++) {
      Throwable thrown =
          catchThrowable(() -> connection.run(SET, List.of("a".getBytes(UTF_8)), List.of()));
      assertThat(thrown).isInstanceOf(RedisUnavailableException.class);
      assertNamesNoClientClass(thrown);
    }
    assertThat(logged).singleElement().asString().contains("unknown command `EVALSHA`");
  }

  @Test
  void slowCallsOfAnotherUse() {
    RedisServer server =
        new RedisServer(RedisUrl.parse(redis.url().toString()), RedisServer.Login.BY_URL);
    RedisConnection caches =
        opened(new RedisConnection(server, RedisUse.CACHES, "test", Duration.ofMillis(50), 2));
    RedisConnection tasks =
        opened(new RedisConnection(server, RedisUse.TASKS, "test", Duration.ofMillis(500), 2));
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> caches.call(jedis -> jedis.blpop(1, "nothing")))
          .isInstanceOf(RedisUnavailableException.class);
    }
    assertThat(caches.isAvailable()).isFalse();
    assertThat(tasks.isAvailable()).isTrue();
    assertThat(Outcome.of(tasks)).isEqualTo(Outcome.REPLIED);
    assertThat(logged).singleElement().asString().contains("for caches");
  }
}
