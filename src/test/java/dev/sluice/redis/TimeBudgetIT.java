package dev.sluice.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Every call ends within its budget, whatever Redis and the way to it do meanwhile. */
class TimeBudgetIT extends WithRedis {

  @Test
  void boundsTheReply() {
    RedisConnection connection = usedConnection(redis.url());
    redis.freeze();
    assertUnavailableWithinTheBudget(() -> connection.call(jedis -> jedis.get("a")));
    redis.thaw();
    assertBack(connection);
  }

  @Test
  void boundsAReplyThatDrips() {
    RedisConnection connection = usedConnection(proxy.redisUrl());
    connection.call(jedis -> jedis.set("a", "b".repeat(1000)));
    proxy.delay(BUDGET.dividedBy(5));
    proxy.drip(true);
    assertUnavailableWithinTheBudget(() -> connection.call(jedis -> jedis.get("a")));
    proxy.drip(false);
    proxy.delay(Duration.ZERO);
    assertBack(connection);
  }

  @Test
  void boundsARequestThatRedisDoesNotTake() {
    RedisConnection connection = usedConnection(redis.url());
    byte[] large = new byte[64 << 20];
    redis.freeze();
    long start = System.nanoTime();
    assertThatThrownBy(() -> connection.call(jedis -> jedis.set("a".getBytes(UTF_8), large)))
        .isInstanceOf(RedisException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BUDGET.multipliedBy(2));
    redis.thaw();
    assertBack(connection);
  }

  @Test
  void boundsConnecting() throws IOException {
    ServerSocket listener = opened(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    fill(listener);
    RedisConnection connection =
        connection(URI.create("redis://127.0.0.1:" + listener.getLocalPort()), 1);
    assertUnavailableWithinTheBudget(() -> connection.call(jedis -> jedis.get("a")));
  }

  /** Connects until the system replies no more: nobody accepts what is in the queue. */
  private void fill(ServerSocket listener) throws IOException {
    while (true) {
      Socket socket = opened(new Socket());
      try {
        socket.connect(new InetSocketAddress("127.0.0.1", listener.getLocalPort()), 200);
      } catch (SocketTimeoutException full) {
        return;
      }
    }
  }

  @Test
  void boundsTheWaitForAConnection() throws Exception {
    RedisConnection connection = connection(redis.url(), 1);
    assertThat(Outcome.of(connection)).isEqualTo(Outcome.REPLIED);
    CountDownLatch done = new CountDownLatch(1);
    Future<?> holder = holdConnection(connection, done);
    assertUnavailableWithinTheBudget(() -> connection.call(jedis -> jedis.get("a")));
    done.countDown();
    holder.get();
    assertBack(connection);
  }

  @Test
  void boundsTheWaitAndTheReplyTogether() throws Exception {
    RedisConnection connection = connection(redis.url(), Duration.ofMillis(1000), 1);
    CountDownLatch done = new CountDownLatch(1);
    Future<?> holder = holdConnection(connection, done);
    redis.freeze();
    CompletableFuture.delayedExecutor(700, TimeUnit.MILLISECONDS).execute(done::countDown);
    assertUnavailableWithin(
        Duration.ofMillis(1400), () -> connection.call(jedis -> jedis.get("a")));
    holder.get();
    redis.thaw();
  }
}
