package dev.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** When Redis is left alone, how it is tried again, and what the log has of that. */
class CircuitBreakerIT extends WithRedis {

  private static List<Outcome> outcomes(RedisConnection connection, int calls) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      outcomes.add(Outcome.of(connection));
    }
    return outcomes;
  }

  @Test
  void leavesRedisAloneAfterThreeFailures() {
    RedisConnection connection = usedConnection(redis.url());
    redis.kill();
    assertThat(outcomes(connection, 3)).containsOnly(Outcome.FAILED);
    assertThat(outcomes(connection, 100)).containsOnly(Outcome.LEFT_ALONE);
  }

  @Test
  void countsCallsFailuresAndCallsThatWereNotMade() {
    RedisConnection connection = usedConnection(redis.url());
    long before = connection.statistics().calls();
    redis.kill();
    outcomes(connection, 10);
    RedisStatistics statistics = connection.statistics();
    assertThat(statistics.calls()).isEqualTo(before + 3);
    assertThat(statistics.failures()).isEqualTo(3);
    assertThat(statistics.notCalled()).isEqualTo(7);
    assertThat(statistics.time()).isPositive();
  }

  @Test
  void aFailureNowAndThenIsNoReasonToLeaveRedisAlone() {
    RedisConnection connection = usedConnection(proxy.redisUrl());
    for (int i = 0; i < 5; i++) {
      proxy.cutAtNextReply();
      assertThat(outcomes(connection, 9))
          .startsWith(Outcome.FAILED)
          .endsWith(Collections.nCopies(8, Outcome.REPLIED).toArray(Outcome[]::new));
    }
    assertThat(logged).isEmpty();
  }

  @Test
  void forgetsAllIdleConnectionsWhenOneFails() throws Exception {
    RedisConnection connection = connection(proxy.redisUrl(), 4);
    callOnAll(4, connection);
    proxy.cutAtNextReply();
    assertThat(Outcome.of(connection)).isEqualTo(Outcome.FAILED);
    Awaitility.await().until(() -> redis.connections("sluice").isEmpty());
    callOnAll(4, connection);
  }

  @Test
  void isTriedByOneCallerAtATimeEverySecond() throws Exception {
    RedisConnection connection = usedConnection(redis.url());
    redis.freeze();
    outcomes(connection, 3);
    record Probe(long begun, long ended) {}
    List<Probe> probes = Collections.synchronizedList(new ArrayList<>());
    inThreads(
        4,
        () -> {
          while (probes.size() < 2) {
            long begun = System.nanoTime();
            if (Outcome.of(connection) == Outcome.FAILED) {
              probes.add(new Probe(begun, System.nanoTime()));
            }
          }
          return null;
        });
    redis.thaw();
    probes.sort(Comparator.comparing(Probe::begun));
    for (int i = 1; i < probes.size(); i++) {
      // A second and two budgets, however long a thread waits before it looks at its clock.
      assertThat(probes.get(i).ended() - probes.get(i - 1).begun()).isGreaterThan(1_000_000_000L);
    }
    assertBack(connection);
  }

  @Test
  void logsOnceWhenItBeginsAndOnceWhenItEndsAndWhatThatMeans() throws Exception {
    RedisConnection connection = usedConnection(redis.url());
    redis.kill();
    inThreads(16, () -> outcomes(connection, 1_000));
    assertThat(logged)
        .singleElement()
        .asString()
        .startsWith("Redis at 127.0.0.1:" + redis.port() + " is in trouble for caches: ")
        .contains("Connection refused", "tried again every second", "they keep to this node");
    redis.restart();
    assertBack(connection);
    outcomes(connection, 10);
    assertThat(logged)
        .hasSize(2)
        .last()
        .asString()
        .startsWith("Redis at 127.0.0.1:" + redis.port() + " is back")
        .contains("caches are shared again");
  }

  @Test
  void doesNotConnectBeforeItIsAsked() {
    try (Jedis jedis = redis.connect()) {
      assertThat(jedis.info("stats")).contains("total_connections_received:2"); // start() was first
      RedisConnection connection = connection(redis.url(), 4);
      assertThat(jedis.info("stats")).contains("total_connections_received:2");
      assertThat(Outcome.of(connection)).isEqualTo(Outcome.REPLIED);
      assertThat(jedis.info("stats")).contains("total_connections_received:3");
    }
  }

  @Test
  void startsWithoutRedisAndFindsItLater() {
    redis.kill();
    RedisConnection connection = connection(redis.url(), 4);
    assertThat(outcomes(connection, 10)).startsWith(Outcome.FAILED).endsWith(Outcome.LEFT_ALONE);
    redis.restart();
    assertBack(connection);
    assertThat(logged).hasSize(2);
  }

  @Test
  void comesBackWhenRepliesWereLost() {
    RedisConnection connection = usedConnection(proxy.redisUrl());
    proxy.swallow(true);
    assertThat(outcomes(connection, 4)).startsWith(Outcome.FAILED).endsWith(Outcome.LEFT_ALONE);
    proxy.swallow(false);
    assertBack(connection);
  }
}
