package dev.sluice.background;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.execution.TrackedExecutor;
import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.StoreTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How soon an idle node starts what a full one cannot take, on Redis and in real time. */
@Timeout(120)
@StoreTest
@Tag("soak")
class IdleNodeIT {

  private static final int TASKS = 50;

  private final RedisProcess redis = RedisProcess.start();
  private final RedisConnection connection =
      new RedisConnection(redis.url(), "test", Duration.ofMillis(250), 8);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  private final CountDownLatch end = new CountDownLatch(1);
  private final CountDownLatch busy = new CountDownLatch(1);
  private volatile CountDownLatch started = new CountDownLatch(1);

  private TaskRunner node(int mostHeld, TaskInvoker invoker) {
    TaskStore store =
        new RedisTaskStore(
            connection, "test", TestTasks.settings(1000, Duration.ofSeconds(30)), Optional.empty());
    return new TaskRunner(
        store,
        new TrackedExecutor(threads, mostHeld, mostHeld, Duration.ZERO),
        invoker,
        System::nanoTime);
  }

  private TaskRunner full;

  @BeforeEach
  void startNodes() throws InterruptedException {
    full =
        node(
            1,
            (task, payload, context) -> {
              busy.countDown();
              end.await();
            });
    add();
    busy.await();
    TaskRunner idle = node(4, (task, payload, context) -> started.countDown());
    long interval = idle.tickInterval().toMillis();
    timer.scheduleWithFixedDelay(idle::tick, interval, interval, TimeUnit.MILLISECONDS);
  }

  @AfterEach
  void stop() {
    end.countDown();
    timer.shutdownNow();
    threads.shutdownNow();
    connection.close();
    redis.close();
  }

  private void add() {
    full.release(List.copyOf(full.add(List.of(TestTasks.task("1"))).values()));
  }

  @Test
  void startsWithinASecond() throws InterruptedException {
    List<Duration> waits = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      started = new CountDownLatch(1);
      // At another moment of the idle node's interval each time.
      assertThat(end.await(i * 37 % 500, TimeUnit.MILLISECONDS)).isFalse();
      long begin = System.nanoTime();
      add();
      started.await();
      waits.add(Duration.ofNanos(System.nanoTime() - begin));
    }
    Collections.sort(waits);
    System.getLogger(IdleNodeIT.class.getName())
        .log(
            System.Logger.Level.WARNING,
            "added on a full node, started on an idle one: median {0}, longest {1}",
            waits.get(TASKS / 2),
            waits.get(TASKS - 1));
    assertThat(waits.get(TASKS - 1)).isLessThanOrEqualTo(Duration.ofSeconds(1));
  }
}
