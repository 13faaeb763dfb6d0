package dev.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.RedisProcess;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;

/** The address leads to another server: after a demotion, a failover, or a move. */
class FailoverIT extends WithRedis {

  private static final Duration BOUND = Duration.ofSeconds(5);

  enum Handover {
    DEMOTION {
      @Override
      void happen(RedisProcess from, RedisProcess to) {
        from.demote(to);
      }
    },
    FAILOVER {
      @Override
      void happen(RedisProcess from, RedisProcess to) {
        from.failOver(to);
      }
    };

    abstract void happen(RedisProcess from, RedisProcess to);
  }

  private static void awaitWritten(RedisConnection connection, RedisProcess primary) {
    Awaitility.await()
        .atMost(BOUND)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptionsInstanceOf(RedisUnavailableException.class)
        .until(() -> connection.call(jedis -> jedis.set("written", "yes")) != null);
    try (Jedis jedis = primary.connect()) {
      assertThat(jedis.get("written")).isEqualTo("yes");
    }
  }

  @ParameterizedTest
  @EnumSource
  void followsTheAddressToTheNewPrimary(Handover handover) throws Exception {
    RedisProcess next = opened(redis.startReplica());
    RedisConnection connection = connection(proxy.redisUrl(), 4);
    callOnAll(4, connection);
    handover.happen(redis, next);
    proxy.moveTo(next.port());
    awaitWritten(connection, next);
    callOnAll(4, connection);
    assertThat(redis.connections("sluice")).as("left at the old primary").isEmpty();
  }

  @Test
  void replacesConnectionsThatWereInUseWhenItWasNoticed() throws Exception {
    RedisProcess next = opened(redis.startReplica());
    RedisServer server =
        new RedisServer(RedisUrl.parse(proxy.redisUrl().toString()), RedisServer.Login.BY_URL);
    RedisConnection caches = opened(connection(server, RedisUse.CACHES));
    RedisConnection tasks = opened(connection(server, RedisUse.TASKS));
    callOnAll(1, tasks);
    CountDownLatch done = new CountDownLatch(1);
    Future<?> holder = holdConnection(caches, done);
    redis.demote(next);
    proxy.moveTo(next.port());
    awaitWritten(tasks, next);
    done.countDown();
    holder.get();
    assertThat(caches.<String>call(jedis -> jedis.set("a", "c"))).isEqualTo("OK");
  }

  private static RedisConnection connection(RedisServer server, RedisUse use) {
    return new RedisConnection(server, use, "test", BUDGET, 4);
  }

  @Test
  void leadsTheListenerToTheNewPrimaryToo() throws Exception {
    RedisProcess next = opened(redis.startReplica());
    RedisConnection connection = connection(proxy.redisUrl(), 4);
    callOnAll(1, connection);
    InvalidationListener listener = connection.listener("test:c:", new Unheard());
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      thread.execute(listener);
      Awaitility.await().until(() -> !redis.connections("sluice-listener").isEmpty());
      redis.demote(next);
      proxy.moveTo(next.port());
      awaitWritten(connection, next);
      Awaitility.await().atMost(BOUND).until(() -> !next.connections("sluice-listener").isEmpty());
      assertThat(redis.connections("sluice-listener")).isEmpty();
    } finally {
      listener.stop(BOUND);
      thread.shutdownNow();
    }
  }

  private static final class Unheard implements Invalidations {
    @Override
    public void listening() {}

    @Override
    public void changed(String key) {}

    @Override
    public void flushed() {}

    @Override
    public void disconnected() {}
  }
}
