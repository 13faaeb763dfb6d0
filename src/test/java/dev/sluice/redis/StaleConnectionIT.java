package dev.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Jedis;

/** Connections that were closed while they were idle: replaced without a failed call. */
class StaleConnectionIT extends WithRedis {

  private static final int POOL = 32;
  private static final int BURST = 60;

  private static List<Outcome> burst(RedisConnection connection) throws Exception {
    List<Outcome> outcomes = new CopyOnWriteArrayList<>();
    inThreads(BURST, () -> outcomes.add(Outcome.of(connection)));
    return outcomes;
  }

  private void assertAllReplied(List<Outcome> outcomes) {
    assertThat(outcomes).containsOnly(Outcome.REPLIED);
    assertThat(logged).isEmpty();
  }

  @Test
  void repliesToABurstAfterRedisHasClosedIdleConnections() throws Exception {
    RedisConnection connection = connection(redis.url(), POOL);
    for (int i = 0; i < 10; i++) {
      callOnAll(POOL, connection);
      redis.disconnect("sluice");
      assertAllReplied(burst(connection));
    }
  }

  @Test
  @Tag("soak")
  void repliesToABurstAfterRedisHasTimedIdleConnectionsOut() throws Exception {
    RedisConnection connection = connection(redis.url(), POOL);
    try (Jedis jedis = redis.connect()) {
      jedis.configSet("timeout", "2");
    }
    for (int i = 0; i < 10; i++) {
      callOnAll(POOL, connection);
      Awaitility.await().until(() -> redis.connections("sluice").isEmpty());
      assertAllReplied(burst(connection));
    }
  }

  @Test
  void repliesAfterABalancerHasClosedIdleConnections() throws Exception {
    RedisConnection connection = connection(proxy.redisUrl(), 4);
    callOnAll(4, connection);
    proxy.cut();
    Awaitility.await().until(() -> redis.connections("sluice").isEmpty());
    callOnAll(4, connection);
    assertThat(logged).isEmpty();
  }

  @Test
  void repliesAfterRedisWasRestartedWhileNobodyCalled() throws Exception {
    RedisConnection connection = connection(redis.url(), 4);
    callOnAll(4, connection);
    redis.kill();
    redis.restart();
    callOnAll(4, connection);
    assertThat(logged).isEmpty();
  }

  @Test
  void looksForTheEndOfAnIdleConnectionWithoutARoundTrip() {
    RedisConnection connection = usedConnection(redis.url());
    try (Jedis jedis = redis.connect()) {
      long before = commands(jedis);
      Collections.nCopies(10, connection).forEach(it -> it.call(client -> client.get("a")));
      assertThat(commands(jedis) - before).as("ten calls, and INFO").isEqualTo(11);
    }
  }

  private static long commands(Jedis jedis) {
    return jedis
        .info("stats")
        .lines()
        .filter(line -> line.startsWith("total_commands_processed:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
        .sum();
  }

  @Test
  void replacesAConnectionThatIdledForMinutes() {
    PooledConnections connections =
        new PooledConnections(
            new RedisServer(RedisUrl.parse(redis.url().toString()), RedisServer.Login.BY_URL));
    DeadlineSocket.startDeadline(BUDGET);
    try (Connection connection = connections.create()) {
      assertThat(connections.validateObject(idle(connection, Duration.ofSeconds(170)))).isTrue();
      assertThat(connections.validateObject(idle(connection, Duration.ofSeconds(180)))).isFalse();
    } finally {
      DeadlineSocket.endDeadline();
    }
  }

  private static DefaultPooledObject<Connection> idle(Connection connection, Duration idle) {
    return new DefaultPooledObject<>(connection) {
      @Override
      public Duration getIdleDuration() {
        return idle;
      }
    };
  }
}
