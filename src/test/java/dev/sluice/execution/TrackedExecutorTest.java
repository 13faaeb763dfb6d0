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
  void startsNoMoreThanMayRunAtOnce() {
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
  void rejectsWorkBeyondTheBoundOfItsOffer() {
    TrackedExecutor executor = new TrackedExecutor(started::add, 2, 10, Duration.ZERO);
    for (int i = 0; i < 3; i++) {
      assertThat(executor.offer("task", NOTHING, 3)).isTrue();
    }
    assertThat(executor.offer("task", NOTHING, 3)).isFalse();
    started.remove().run();
    assertThat(executor.offer("task", NOTHING, 3)).isTrue();
  }

  @Test
  void runsTheNextWorkAfterAFailure() {
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

  static Stream<RuntimeException> rejections() {
    return Stream.of(new RejectedExecutionException(), new IllegalStateException("disabled"));
  }

  @ParameterizedTest
  @MethodSource("rejections")
  void keepsWhatTheContainerHasNoThreadForUntilNudged(RuntimeException rejection) {
    List<String> ran = new ArrayList<>();
    boolean[] rejecting = {true};
    TrackedExecutor executor =
        new TrackedExecutor(
            work -> {
              if (rejecting[0]) {
                throw rejection;
              }
              work.run();
            },
            1,
            10,
            Duration.ZERO);
    executor.execute("task", () -> ran.add("task"));
    rejecting[0] = false;
    executor.nudge();
    assertThat(ran).containsExactly("task");
  }

  @Test
  void namesWhatIsAbandonedWhenItCloses() throws InterruptedException {
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
      assertThat(executor.close()).containsExactly("never begun");
      assertThat(executor.running()).containsExactly("endless");
      assertThatThrownBy(() -> executor.execute("late", NOTHING))
          .isInstanceOf(RejectedExecutionException.class);
    } finally {
      end.countDown();
      threads.shutdownNow();
    }
  }

  @Test
  void interruptsWhatRuns() throws InterruptedException {
    ExecutorService threads = Executors.newCachedThreadPool();
    CountDownLatch running = new CountDownLatch(1);
    try {
      TrackedExecutor executor = new TrackedExecutor(threads, 1, 10, Duration.ZERO);
      executor.execute(
          "endless",
          () -> {
            running.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      running.await();
      executor.interrupt("other");
      assertThat(executor.awaitIdle(Duration.ZERO)).isFalse();
      executor.interrupt("endless");
      assertThat(executor.awaitIdle(Duration.ofSeconds(10))).isTrue();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void restoresNameAndClassLoaderOfTheThreadAfterEachWork() {
    List<String> seen = new ArrayList<>();
    Thread thread = Thread.currentThread();
    String name = thread.getName();
    ClassLoader loader = thread.getContextClassLoader();
    TrackedExecutor executor = new TrackedExecutor(started::add, 1, 10, Duration.ZERO);
    executor.execute(
        "task",
        () -> {
          thread.setName("changed");
          thread.setContextClassLoader(null);
          throw new IllegalStateException("expected by the test");
        });
    executor.execute("next", () -> seen.add(thread.getName() + thread.getContextClassLoader()));
    started.remove().run();
    assertThat(seen).containsExactly(name + loader);
  }

  @Test
  void isIdleAtOnceWhenNothingRuns() {
    TrackedExecutor executor = new TrackedExecutor(Runnable::run, 1, 10, Duration.ZERO);
    executor.execute("task", NOTHING);
    assertThat(executor.awaitIdle(Duration.ofDays(1))).isTrue();
    assertThat(executor.close()).isEmpty();
  }

  @Test
  void clearsAnInterruptThatWorkHasLeft() {
    List<Boolean> interrupted = new ArrayList<>();
    TrackedExecutor executor = new TrackedExecutor(started::add, 1, 10, Duration.ZERO);
    executor.execute("task", () -> Thread.currentThread().interrupt());
    executor.execute("next", () -> interrupted.add(Thread.currentThread().isInterrupted()));
    started.remove().run();
    assertThat(interrupted).containsExactly(false);
  }

  @Test
  void reusesAnIdleThreadAndEndsItOnClose() throws InterruptedException {
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
