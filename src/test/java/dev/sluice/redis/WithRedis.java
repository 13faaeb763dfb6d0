package dev.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.StoreTest;
import dev.sluice.testing.TcpProxy;
import java.net.URI;
import java.text.MessageFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;

/** A Redis, a proxy before it, connections to both, and what these have logged. */
@Timeout(60)
@StoreTest
abstract class WithRedis {

  static final Duration BUDGET = Duration.ofMillis(500);

  /** Lines of the connections, as an operator reads them. */
  final List<String> logged = new CopyOnWriteArrayList<>();

  RedisProcess redis;
  TcpProxy proxy;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final Logger logger = Logger.getLogger(RedisConnection.class.getName());
  private final Handler recorder =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          logged.add(MessageFormat.format(line.getMessage(), line.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void start() {
    redis = opened(RedisProcess.start());
    proxy = opened(TcpProxy.to(redis.port()));
    logger.setLevel(Level.ALL);
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

  /** Closed after the test. */
  <T extends AutoCloseable> T opened(T closeable) {
    opened.add(closeable);
    return closeable;
  }

  RedisConnection connection(URI url, int poolSize) {
    return connection(url, BUDGET, poolSize);
  }

  RedisConnection connection(URI url, Duration budget, int poolSize) {
    return opened(new RedisConnection(url, "test", budget, poolSize));
  }

  /** One that has worked before. */
  RedisConnection usedConnection(URI url) {
    RedisConnection connection = connection(url, 4);
    connection.call(jedis -> jedis.set("a", "b"));
    return connection;
  }

  static void assertUnavailableWithinTheBudget(Callable<?> call) {
    // Twice as much for a machine that is busy with other things.
    assertUnavailableWithin(BUDGET.multipliedBy(2), call);
  }

  static void assertUnavailableWithin(Duration bound, Callable<?> call) {
    long start = System.nanoTime();
    assertThatThrownBy(call::call).isInstanceOf(RedisUnavailableException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(bound);
  }

  /** What a call comes to: a reply, a failure of Redis, or Redis being left alone. */
  enum Outcome {
    REPLIED,
    FAILED,
    LEFT_ALONE;

    static Outcome of(RedisConnection connection) {
      try {
        connection.call(jedis -> jedis.get("a"));
        return REPLIED;
      } catch (RedisUnavailableException e) {
        return e.isCalled() ? FAILED : LEFT_ALONE;
      }
    }
  }

  static void assertBack(RedisConnection connection) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(2))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> Outcome.of(connection) == Outcome.REPLIED);
  }

  /** Calls Redis on so many connections at the same time, each of which replies. */
  static void callOnAll(int connections, RedisConnection connection) throws Exception {
    CyclicBarrier allHaveOne = new CyclicBarrier(connections);
    inThreads(
        connections,
        () ->
            connection.call(
                jedis -> {
                  try (AbstractPipeline pipeline = jedis.pipelined()) {
                    allHaveOne.await();
                    Response<String> reply = pipeline.set("a", "b");
                    pipeline.sync();
                    return reply.get();
                  } catch (InterruptedException | BrokenBarrierException e) {
                    throw new IllegalStateException(e);
                  }
                }));
  }

  static void inThreads(int count, Callable<?> action) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      for (Future<?> each : threads.invokeAll(Collections.nCopies(count, action))) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Takes a connection out of the pool and keeps it until {@code done}. */
  static Future<?> holdConnection(RedisConnection connection, CountDownLatch done)
      throws InterruptedException {
    CountDownLatch held = new CountDownLatch(1);
    Future<?> holder =
        CompletableFuture.runAsync(
            () ->
                connection.call(
                    jedis -> {
                      try (AbstractPipeline pipeline = jedis.pipelined()) {
                        held.countDown();
                        done.await();
                        return pipeline;
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                    }));
    held.await();
    return holder;
  }
}
