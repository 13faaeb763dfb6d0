package dev.sluice.background;

import static dev.sluice.background.TaskStatus.State.DEAD;
import static dev.sluice.background.TaskStatus.State.DONE;
import static dev.sluice.background.TaskStatus.State.PENDING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.background.TaskInvoker.MissingHandlerException;
import dev.sluice.background.TaskInvoker.UnreadablePayloadException;
import dev.sluice.background.UnreliableStore.Mood;
import dev.sluice.execution.TrackedExecutor;
import dev.sluice.redis.RedisUnavailableException;
import dev.sluice.testing.SettableClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes on one store and one clock; their threads run when the test says so. */
@Timeout(20)
class TaskRunnerTest {

  private static final Duration LEASE = Duration.ofSeconds(30);

  private final SettableClock clock = new SettableClock();
  private final UnreliableStore store =
      new UnreliableStore(new LocalTaskStore(2000, LEASE, Duration.ofDays(1), clock));
  private final List<String> ran = new ArrayList<>();
  private TaskInvoker handler = (task, context) -> {};

  /** One node. */
  private final class Node {
    final Queue<Runnable> threads = new ArrayDeque<>();
    final TrackedExecutor executor;
    final TaskRunner runner;

    Node(int concurrency, int capacity) {
      executor = new TrackedExecutor(threads::add, concurrency, capacity, Duration.ZERO);
      RetrySchedule retries =
          new RetrySchedule(Duration.ofSeconds(8), Duration.ofMinutes(1), new Random(1));
      runner = new TaskRunner(store, executor, this::invoke, retries, clock);
    }

    private void invoke(Task task, TaskContext context) throws Exception {
      ran.add(task.payload() + "#" + context.attempt());
      handler.invoke(task, context);
    }

    void run() {
      while (!threads.isEmpty()) {
        threads.remove().run();
      }
    }

    void tickAndRun() {
      runner.tick();
      run();
    }
  }

  private final Node node = new Node(2, 10);
  private final Node other = new Node(2, 10);

  private static Submission task(String payload) {
    return new Submission(
        new Task(TaskId.random(), "Mailer", payload, 3, Optional.empty()), Duration.ZERO);
  }

  private TaskId addAndRelease(String payload) {
    Submission task = task(payload);
    node.runner.release(node.runner.add(List.of(task)));
    return task.task().id();
  }

  private TaskStatus.State state(TaskId id) {
    return store.find(id).orElseThrow().state();
  }

  @Test
  void runsWhatIsReleasedInTheOrderOfAdding() {
    node.runner.release(node.runner.add(Arrays.asList(task("1"), task("2"), task("3"), task("4"))));
    node.run();
    assertThat(ran).containsExactly("1#1", "2#1", "3#1", "4#1");
  }

  @Test
  void holdsATaskForItsResponseButNotForEver() {
    node.runner.add(List.of(task("1")));
    for (int i = 0; i < 29; i++) {
      clock.advance(Duration.ofSeconds(1));
      node.tickAndRun();
      other.tickAndRun();
    }
    assertThat(ran).isEmpty();
    clock.advance(Duration.ofSeconds(2));
    node.tickAndRun();
    assertThat(ran).containsExactly("1#1");
  }

  @Test
  void oneThatFailsDoesNotStopTheNextAndIsTriedAgainLater() {
    handler =
        (task, context) -> {
          if (task.payload().equals("1") && context.attempt() == 1) {
            throw new IOException("no route");
          }
        };
    TaskId first = addAndRelease("1");
    addAndRelease("2");
    node.run();
    assertThat(ran).containsExactly("1#1", "2#1");
    assertThat(store.find(first).orElseThrow().error()).contains("java.io.IOException: no route");
    clock.advance(Duration.ofSeconds(3)); // the least wait is half of eight seconds
    node.tickAndRun();
    assertThat(ran).hasSize(2);
    clock.advance(Duration.ofSeconds(5));
    node.tickAndRun();
    assertThat(ran).containsExactly("1#1", "2#1", "1#2");
    assertThat(state(first)).isEqualTo(DONE);
  }

  @Test
  void givesUpAfterTheLastAttempt() {
    handler =
        (task, context) -> {
          throw new IOException("disk full");
        };
    TaskId id = addAndRelease("1");
    node.run();
    for (int i = 0; i < 10; i++) {
      clock.advance(Duration.ofMinutes(1));
      node.tickAndRun();
    }
    assertThat(ran).containsExactly("1#1", "1#2", "1#3");
    assertThat(state(id)).isEqualTo(DEAD);
    assertThat(store.find(id).orElseThrow().error()).contains("java.io.IOException: disk full");
  }

  @Test
  void anErrorIsAFailureToo() {
    handler =
        (task, context) -> {
          throw new StackOverflowError();
        };
    TaskId id = addAndRelease("1");
    node.run();
    assertThat(store.find(id).orElseThrow().error()).contains("java.lang.StackOverflowError");
  }

  @Test
  void aTaskWhoseHandlerIsMissingIsKeptAndNotCounted() {
    handler =
        (task, context) -> {
          throw new MissingHandlerException(task.handler());
        };
    TaskId id = addAndRelease("1");
    for (int i = 0; i < 20; i++) {
      node.tickAndRun();
      clock.advance(Duration.ofSeconds(5));
    }
    assertThat(store.find(id).orElseThrow().attempts()).isZero();
    handler = (task, context) -> {};
    clock.advance(Duration.ofSeconds(5));
    node.tickAndRun();
    assertThat(state(id)).isEqualTo(DONE);
    assertThat(ran).hasSizeGreaterThan(10).allMatch("1#1"::equals);
  }

  @Test
  void aPayloadThatCannotBeReadIsDeadAtOnce() {
    handler =
        (task, context) -> {
          throw new UnreadablePayloadException("not an Order", new IOException());
        };
    TaskId id = addAndRelease("1");
    node.run();
    assertThat(state(id)).isEqualTo(DEAD);
  }

  @Test
  void aTaskOfTwentyLeasesAndAThousandBehindItAreNotRunTwiceWhileTheirNodeLives() {
    Node busy = new Node(1, 2000);
    List<Submission> tasks = new ArrayList<>();
    tasks.add(task("long"));
    for (int i = 0; i < 1000; i++) {
      tasks.add(task("" + i));
    }
    handler =
        (task, context) -> {
          if (task.payload().equals("long")) {
            for (int i = 0; i < 20 * LEASE.toSeconds() * 2; i++) {
              clock.advance(Duration.ofMillis(500));
              busy.runner.tick();
              other.tickAndRun();
            }
            assertThat(ran).containsExactly("long#1");
          }
        };
    busy.runner.release(busy.runner.add(tasks));
    busy.run();
    assertThat(ran).hasSize(1001).doesNotHaveDuplicates();
    assertThat(tasks).allMatch(task -> state(task.task().id()) == DONE);
  }

  @Test
  void doesNotBeginWhenItsLeaseMayHaveEnded() {
    TaskId id = addAndRelease("1");
    clock.advance(LEASE);
    node.run();
    assertThat(ran).isEmpty();
    node.tickAndRun(); // renewed: nobody else has claimed it
    assertThat(ran).containsExactly("1#1");
    assertThat(state(id)).isEqualTo(DONE);
  }

  @Test
  void aFrozenNodeThatWakesCannotEndWhatAnotherHasTaken() {
    TaskId id = addAndRelease("1");
    handler =
        (task, context) -> {
          if (context.attempt() == 1) {
            clock.advance(LEASE); // frozen, meanwhile:
            other.tickAndRun();
            throw new IOException("must not be recorded");
          }
        };
    node.run();
    assertThat(ran).containsExactly("1#1", "1#2");
    assertThat(state(id)).isEqualTo(DONE);
    assertThat(store.find(id).orElseThrow().error()).isEmpty();
  }

  @Test
  void doesNotBeginWhatAnotherHasTaken() {
    addAndRelease("1");
    clock.advance(LEASE);
    other.runner.tick();
    node.runner.tick();
    node.run();
    assertThat(ran).isEmpty();
    other.run();
    assertThat(ran).containsExactly("1#2");
  }

  @Test
  void whatAFullNodeCannotTakeStartsOnAnIdleOneWithItsNextTickHalfASecondLater() {
    Node full = new Node(1, 1);
    full.runner.release(full.runner.add(List.of(task("1"), task("2"))));
    assertThat(other.runner.tickInterval()).isEqualTo(Duration.ofMillis(500));
    clock.advance(other.runner.tickInterval());
    other.tickAndRun();
    assertThat(ran).containsExactly("2#1");
    full.run();
    assertThat(ran).containsExactly("2#1", "1#1");
  }

  @Test
  void claimsOnWithoutWaitingForATickAsLongAsThereIsMore() {
    Node full = new Node(1, 1);
    List<Submission> many = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      many.add(task("" + i));
    }
    full.runner.release(full.runner.add(many));
    other.tickAndRun();
    assertThat(ran).hasSize(49);
  }

  @Test
  void tellsHowATaskEndedUntilTheStoreConfirms() {
    TaskId id = addAndRelease("1");
    store.become(Mood.AWAY);
    node.run();
    node.tickAndRun();
    assertThat(state(id)).isEqualTo(PENDING);
    store.become(Mood.ANSWERS);
    node.tickAndRun();
    assertThat(state(id)).isEqualTo(DONE);
  }

  @Test
  void lostRepliesRunNothingTwice() {
    TaskId id = addAndRelease("1");
    store.become(Mood.LOSES_REPLIES);
    node.run();
    node.tickAndRun();
    store.become(Mood.ANSWERS);
    for (int i = 0; i < 5; i++) {
      clock.advance(LEASE);
      node.tickAndRun();
      other.tickAndRun();
    }
    assertThat(ran).containsExactly("1#1");
    assertThat(state(id)).isEqualTo(DONE);
  }

  @Test
  void whatWasNotAcknowledgedIsForgotten() {
    Submission task = task("1");
    store.become(Mood.LOSES_REPLIES);
    assertThatThrownBy(() -> node.runner.add(List.of(task)))
        .isInstanceOf(RedisUnavailableException.class);
    assertThat(store.find(task.task().id())).isPresent();
    store.become(Mood.ANSWERS);
    node.tickAndRun();
    assertThat(store.find(task.task().id())).isEmpty();
    assertThat(ran).isEmpty();
  }

  @Test
  void afterTroubleOthersMayRenewBeforeTheirTasksAreClaimed() {
    addAndRelease("1"); // begins on its node before the store is away for longer than the lease
    handler =
        (task, context) -> {
          store.become(Mood.AWAY);
          other.tickAndRun();
          clock.advance(LEASE.multipliedBy(2));
          other.tickAndRun();
          store.become(Mood.ANSWERS);
          other.tickAndRun();
          clock.advance(Duration.ofSeconds(2));
          node.runner.tick();
          clock.advance(Duration.ofSeconds(2));
          other.tickAndRun();
        };
    node.run();
    assertThat(ran).containsExactly("1#1");
  }

  @Test
  void oneIdempotencyKeyTwiceInARequestIsOneTaskAndOneRun() {
    Submission task = task("1");
    List<Lease> held = node.runner.add(List.of(task, task));
    assertThat(held).hasSize(1);
    node.runner.release(held);
    node.run();
    for (int i = 0; i < 10; i++) {
      clock.advance(Duration.ofSeconds(9)); // beyond the time that a task waits for its response
      node.tickAndRun();
    }
    assertThat(ran).containsExactly("1#1");
  }

  @Test
  void aClaimWhoseReplyIsLostIsAskedForAgainAndCostsNoAttempt() {
    Submission once =
        new Submission(
            new Task(TaskId.random(), "Mailer", "1", 1, Optional.empty()), Duration.ofSeconds(1));
    node.runner.add(List.of(once));
    clock.advance(Duration.ofSeconds(1));
    store.become(Mood.LOSES_REPLIES);
    other.runner.tick();
    store.become(Mood.ANSWERS);
    other.tickAndRun();
    assertThat(ran).containsExactly("1#1");
    assertThat(state(once.task().id())).isEqualTo(DONE);
  }

  @Test
  void aDelayedTaskThatWasNotAcknowledgedIsForgotten() {
    Submission task =
        new Submission(
            new Task(TaskId.random(), "Mailer", "1", 1, Optional.empty()), Duration.ofSeconds(9));
    store.become(Mood.LOSES_REPLIES);
    assertThatThrownBy(() -> node.runner.add(List.of(task)))
        .isInstanceOf(RedisUnavailableException.class);
    store.become(Mood.ANSWERS);
    node.tickAndRun();
    assertThat(store.find(task.task().id())).isEmpty();
  }

  @Test
  void whatIsDiscardedBecauseItsResponseFailedNeverRuns() {
    Submission now = task("1");
    Submission later = new Submission(task("2").task(), Duration.ofSeconds(1));
    node.runner.add(List.of(now, later)).forEach(node.runner::discard);
    assertThat(store.find(now.task().id())).isEmpty();
    assertThat(store.find(later.task().id())).isEmpty();
    clock.advance(LEASE.multipliedBy(2));
    node.tickAndRun();
    assertThat(ran).isEmpty();
  }

  @Test
  void anInterruptThatAHandlerLeavesBehindDoesNotReachTheStore() {
    handler = (task, context) -> Thread.currentThread().interrupt();
    List<Boolean> interrupted = new ArrayList<>();
    store.whenAsked(() -> interrupted.add(Thread.currentThread().isInterrupted()));
    addAndRelease("1");
    node.run();
    assertThat(interrupted).isNotEmpty().containsOnly(false);
  }

  @Test
  void anAttemptThatIsNotThisNodesAnyMoreIsInterruptedAllTheSame() throws InterruptedException {
    Node busy = new Node(1, 10);
    CountDownLatch running = new CountDownLatch(1);
    handler =
        (task, context) -> {
          running.countDown();
          new CountDownLatch(1).await();
        };
    busy.runner.release(
        busy.runner.add(
            List.of(
                new Submission(
                    new Task(TaskId.random(), "Mailer", "1", 3, Optional.of(LEASE.multipliedBy(2))),
                    Duration.ZERO))));
    Thread thread = new Thread(busy::run);
    thread.start();
    running.await();
    clock.advance(LEASE);
    other.runner.tick(); // takes it
    busy.runner.tick();
    clock.advance(LEASE.plusMillis(1));
    busy.runner.tick();
    thread.join();
    assertThat(ran).containsExactly("1#1");
  }

  @Test
  void isClosedWithoutBeingAskedWhileTheStoreIsAway() {
    store.become(Mood.AWAY);
    assertThatThrownBy(() -> node.runner.add(List.of(task("1"))))
        .isInstanceOf(RedisUnavailableException.class);
    int calls = store.calls();
    assertThat(node.runner.isOpen()).isFalse();
    assertThat(store.calls()).isEqualTo(calls);
    store.become(Mood.ANSWERS);
    node.tickAndRun();
    assertThat(node.runner.isOpen()).isTrue();
  }

  @Test
  void renewsAllItHoldsInOneCallEachThirdOfALease() {
    node.runner.add(Arrays.asList(task("1"), task("2"), task("3")));
    Node full = new Node(1, 1);
    full.executor.execute("busy", () -> {}); // does not claim
    full.runner.add(Arrays.asList(task("4"), task("5")));
    int before = store.calls();
    for (int i = 0; i < 28; i++) {
      clock.advance(Duration.ofMillis(1000));
      full.runner.tick();
    }
    assertThat(store.calls() - before).isEqualTo(2);
  }

  @Test
  void stoppingHandsBackWhatHasNotBegun() {
    TaskId held = node.runner.add(List.of(task("held"))).get(0).claim().task().id();
    addAndRelease("queued");
    node.runner.stop();
    node.run();
    assertThat(ran).isEmpty();
    assertThat(store.find(held).orElseThrow().attempts()).isZero();
    other.tickAndRun();
    assertThat(ran).containsExactlyInAnyOrder("held#1", "queued#1");
    assertThatThrownBy(() -> node.runner.add(List.of(task("late"))))
        .isInstanceOf(TaskRejection.class);
  }

  @Test
  void interruptsAnAttemptThatTakesTooLongAndTriesAgain() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    handler =
        (task, context) -> {
          running.countDown();
          new CountDownLatch(1).await();
        };
    Submission task =
        new Submission(
            new Task(TaskId.random(), "Mailer", "1", 3, Optional.of(Duration.ofSeconds(5))),
            Duration.ZERO);
    node.runner.release(node.runner.add(List.of(task)));
    Thread thread = new Thread(node::run);
    thread.start();
    running.await();
    clock.advance(Duration.ofSeconds(5));
    node.runner.tick();
    assertThat(thread.isAlive()).isTrue();
    clock.advance(Duration.ofMillis(1));
    node.runner.tick();
    thread.join();
    assertThat(store.find(task.task().id()).orElseThrow().error()).contains("timed out after PT5S");
  }
}
