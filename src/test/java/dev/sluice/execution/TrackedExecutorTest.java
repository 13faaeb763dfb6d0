package dev.sluice.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(20)
class TrackedExecutorTest {

  private static final Runnable NOTHING = () -> {};

  /** Threads of the container that start when the test says so. */
  private final Queue<Runnable> started = new ArrayDeque<>();

  @Test
  void startsNoMoreTasksThanItsConcurrency() {
    TrackedExecutor executor = new TrackedExecutor(started::add, 2, 10, Duration.ZERO);
    for (int i = 0; i < 5; i++) {
      executor.execute("task " + i, NOTHING);
    }
    assertThat(started).hasSize(2);
  }

  @Test
  void runsInTheOrderOfAdmission() {
    List<Integer> ran = new ArrayList<>();
    TrackedExecutor executor = new TrackedExecutor(started::add, 1, 10, Duration.ZERO);
    for (int i = 0; i < 5; i++) {
      int number = i;
      executor.execute("task " + i, () -> ran.add(number));
    }
    started.remove().run();
    assertThat(ran).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void rejectsTasksBeyondItsCapacity() {
    TrackedExecutor executor = new TrackedExecutor(started::add, 2, 3, Duration.ZERO);
    for (int i = 0; i < 3; i++) {
      assertThat(executor.offer("task", NOTHING)).isTrue();
    }
    assertThat(executor.offer("task", NOTHING)).isFalse();
    started.remove().run();
    assertThat(executor.offer("task", NOTHING)).isTrue();
  }

  @Test
  void runsNextTaskAfterFailure() {
    List<String> ran = new ArrayList<>();
    TrackedExecutor executor = new TrackedExecutor(started::add, 1, 10, Duration.ZERO);
    executor.execute(
        "failing",
        () -> {
          throw new IllegalStateException("expected by the test");
        });
    executor.execute("next", () -> ran.add("next"));
    started.remove().run();
    assertThat(ran).containsExactly("next");
  }

  static Stream<RuntimeException> refusals() {
    return Stream.of(new RejectedExecutionException(), new IllegalStateException("disabled"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void keepsTasksThatContainerRejectsUntilNudged(RuntimeException refusal) {
    List<String> ran = new ArrayList<>();
    boolean[] refusing = {true};
    TrackedExecutor executor =
        new TrackedExecutor(
            work -> {
              if (refusing[0]) {
                throw refusal;
              }
              work.run();
            },
            1,
            10,
            Duration.ZERO);
    executor.execute("task", () -> ran.add("task"));
    refusing[0] = false;
    executor.nudge();
    assertThat(ran).containsExactly("task");
  }

  @Test
  void closeReturnsAbandonedTasks() throws InterruptedException {
    ExecutorService threads = Executors.newCachedThreadPool();
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    try {
      TrackedExecutor executor = new TrackedExecutor(threads, 1, 10, Duration.ZERO);
      executor.execute("quick", NOTHING);
      executor.execute(
          "endless",
          () -> {
            running.countDown();
            try {
              end.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      executor.execute("never begun", NOTHING);
      running.await();
      assertThat(executor.awaitIdle(Duration.ofMillis(50))).isFalse();
      assertThat(executor.close()).containsExactly("endless", "never begun");
      assertThatThrownBy(() -> executor.execute("late", NOTHING))
          .isInstanceOf(RejectedExecutionException.class);
    } finally {
      end.countDown();
      threads.shutdownNow();
    }
  }

  @Test
  void isIdleAtOnceWhenNothingRuns() {
    TrackedExecutor executor = new TrackedExecutor(Runnable::run, 1, 10, Duration.ZERO);
    executor.execute("task", NOTHING);
    assertThat(executor.awaitIdle(Duration.ofDays(1))).isTrue();
    assertThat(executor.close()).isEmpty();
  }

  @Test
  void clearsInterruptBeforeNextTask() {
    List<Boolean> interrupted = new ArrayList<>();
    TrackedExecutor executor = new TrackedExecutor(started::add, 1, 10, Duration.ZERO);
    executor.execute("task", () -> Thread.currentThread().interrupt());
    executor.execute("next", () -> interrupted.add(Thread.currentThread().isInterrupted()));
    started.remove().run();
    assertThat(interrupted).containsExactly(false);
  }

  @Test
  void idleThreadRunsNextTaskAndEndsOnClose() throws InterruptedException {
    AtomicInteger asked = new AtomicInteger();
    Semaphore ran = new Semaphore(0);
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      TrackedExecutor executor =
          new TrackedExecutor(
              work -> {
                asked.incrementAndGet();
                threads.execute(work);
              },
              2,
              10,
              Duration.ofDays(1));
      for (int i = 0; i < 100; i++) {
        executor.execute("task " + i, ran::release);
        ran.acquire();
        assertThat(executor.awaitIdle(Duration.ofDays(1))).isTrue();
      }
      assertThat(asked).hasValue(1);
      executor.close();
      threads.shutdown();
      assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      threads.shutdownNow();
    }
  }
}
