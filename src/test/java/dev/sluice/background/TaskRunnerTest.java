package dev.sluice.background;

import static dev.sluice.background.TaskStatus.State.CANCELLED;
import static dev.sluice.background.TaskStatus.State.DEAD;
import static dev.sluice.background.TaskStatus.State.DONE;
import static dev.sluice.background.TaskStatus.State.RUNNING;
import static dev.sluice.background.TestTasks.THREE_ATTEMPTS;
import static dev.sluice.background.TestTasks.delayed;
import static dev.sluice.background.TestTasks.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.background.TaskEvent.Kind;
import dev.sluice.background.TaskInvoker.MissingHandlerException;
import dev.sluice.background.TaskInvoker.UnreadablePayloadException;
import dev.sluice.background.UnreliableStore.Mood;
import dev.sluice.execution.TrackedExecutor;
import dev.sluice.redis.RedisException;
import dev.sluice.testing.SettableClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes on one store and one clock; their threads run when the test says so. */
@Timeout(20)
class TaskRunnerTest {

  private static final Duration LEASE = Duration.ofSeconds(30);

  private interface Handler {
    void handle(String payload, TaskContext context) throws Exception;
  }

  private final SettableClock clock = new SettableClock();
  private final UnreliableStore store =
      new UnreliableStore(new LocalTaskStore(TestTasks.settings(25_000, LEASE), clock));
  private final List<String> ran = new ArrayList<>();
  private final List<TaskEvent> events = new ArrayList<>();
  private Handler handler = (payload, context) -> {};
  private List<Class<? extends Throwable>> abortOn = List.of();
  private List<String> handlers = List.of("org.example.Mailer");

  /** One node. */
  private final class Node implements TaskInvoker {
    final Queue<Runnable> threads = new ArrayDeque<>();
    final TrackedExecutor executor;
    final TaskRunner runner;

    Node(int concurrency, int capacity) {
      executor = new TrackedExecutor(threads::add, concurrency, capacity, Duration.ZERO);
      runner = new TaskRunner(store, executor, this, clock);
    }

    @Override
    public void invoke(Task task, String payload, TaskContext context) throws Exception {
      ran.add(payload + "#" + context.attempt());
      handler.handle(payload, context);
    }

    @Override
    public RetryPolicy retryPolicy(String name) {
      return new RetryPolicy(
          new RetrySchedule(Duration.ofSeconds(8), Duration.ofMinutes(1), new Random(1)), abortOn);
    }

    @Override
    public void fire(TaskEvent event) {
      events.add(event);
    }

    @Override
    public Collection<String> handlers() {
      return handlers;
    }

    List<Lease> add(Submission... tasks) {
      return List.copyOf(runner.add(List.of(tasks)).values());
    }

    void addAndRelease(Submission... tasks) {
      runner.release(add(tasks));
    }

    void run() {
      while (!threads.isEmpty()) {
        threads.remove().run();
      }
    }

    /** True if something ran. */
    boolean tickAndRun() {
      runner.tick();
      boolean hasWork = !threads.isEmpty();
      run();
      return hasWork;
    }
  }

  private final Node node = new Node(2, 10);
  private final Node other = new Node(2, 10);

  private TaskId addAndRelease(String payload) {
    Submission task = task(payload);
    node.addAndRelease(task);
    return task.id();
  }

  private static Submission[] tasks(int count) {
    return IntStream.range(0, count).mapToObj(i -> task("" + i)).toArray(Submission[]::new);
  }

  private TaskStatus status(TaskId id) {
    return store.find(id).orElseThrow();
  }

  private TaskStatus.State state(TaskId id) {
    return status(id).state();
  }

  /** A thread that runs what the node has; it ends when the handler does. */
  private Thread start(Node on) {
    Thread thread = new Thread(on::run);
    thread.start();
    return thread;
  }

  @Nested
  class Running {

    @Test
    void keepsTheOrderOfAdding() {
      node.addAndRelease(task("1"), task("2"), task("3"), task("4"));
      node.run();
      assertThat(ran).containsExactly("1#1", "2#1", "3#1", "4#1");
    }

    @Test
    void waitsForTheResponseButNotForEver() {
      node.add(task("1"));
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
    void runsADuplicateInOneRequestOnce() {
      Submission task = task("1", THREE_ATTEMPTS.withIdempotencyKey("key"));
      List<Lease> held = node.add(task, task);
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
    void postponesAtNoCost() {
      handler =
          (payload, context) -> {
            if (ran.size() < 5) {
              context.postpone(Duration.ofMinutes(ran.size()));
            }
          };
      TaskId id = addAndRelease("1");
      node.run();
      assertThat(status(id).attempts()).isZero();
      for (int minutes = 1; minutes < 5; minutes++) {
        clock.advance(Duration.ofMinutes(minutes).minusMillis(1));
        node.tickAndRun();
        assertThat(ran).hasSize(minutes);
        clock.advance(Duration.ofMillis(1));
        node.tickAndRun();
      }
      assertThat(ran).hasSize(5).containsOnly("1#1");
      assertThat(state(id)).isEqualTo(DONE);
    }

    @Test
    void interruptsAnAttemptThatTakesTooLongAndRepeatsIt() throws InterruptedException {
      CountDownLatch running = new CountDownLatch(1);
      handler =
          (payload, context) -> {
            running.countDown();
            new CountDownLatch(1).await();
          };
      Submission task = task("1", THREE_ATTEMPTS.withTimeout(Duration.ofSeconds(5)));
      node.addAndRelease(task);
      Thread thread = start(node);
      running.await();
      clock.advance(Duration.ofSeconds(5));
      node.runner.tick();
      assertThat(thread.isAlive()).isTrue();
      clock.advance(Duration.ofMillis(1));
      node.runner.tick();
      thread.join();
      assertThat(status(task.id()).error()).contains("timed out after PT5S");
    }
  }

  @Nested
  class Failing {

    @Test
    void doesNotStopTheNextTaskAndIsRepeatedLater() {
      handler =
          (payload, context) -> {
            if (payload.equals("1") && context.attempt() == 1) {
              throw new IOException("no route");
            }
          };
      TaskId first = addAndRelease("1");
      addAndRelease("2");
      node.run();
      assertThat(ran).containsExactly("1#1", "2#1");
      assertThat(status(first).error()).contains("java.io.IOException: no route");
      clock.advance(Duration.ofSeconds(3)); // the least delay is half of eight seconds
      node.tickAndRun();
      assertThat(ran).hasSize(2);
      clock.advance(Duration.ofSeconds(5));
      node.tickAndRun();
      assertThat(ran).containsExactly("1#1", "2#1", "1#2");
      assertThat(state(first)).isEqualTo(DONE);
    }

    @Test
    void countsWhatWasAddedAndHowEachAttemptEnded() {
      handler =
          (payload, context) -> {
            clock.advance(Duration.ofMillis(200));
            if (context.attempt() == 1) {
              throw new IllegalStateException("once");
            }
          };
      addAndRelease("a");
      node.run();
      clock.advance(Duration.ofSeconds(8));
      node.tickAndRun();
      assertThat(node.runner.statistics("org.example.Mailer"))
          .isEqualTo(new TaskStatistics(1, 1, 1, 0, 0, 0, Duration.ofMillis(400)));
    }

    @Test
    void endsAfterTheLastAttempt() {
      handler =
          (payload, context) -> {
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
      assertThat(status(id).error()).contains("java.io.IOException: disk full");
    }

    @Test
    void endsAtOnceWithAnExceptionThatAborts() {
      abortOn = List.of(IOException.class);
      handler =
          (payload, context) -> {
            throw new java.io.FileNotFoundException("gone");
          };
      TaskId id = addAndRelease("1");
      node.run();
      assertThat(state(id)).isEqualTo(DEAD);
    }

    @Test
    void includesErrors() {
      handler =
          (payload, context) -> {
            throw new StackOverflowError();
          };
      TaskId id = addAndRelease("1");
      node.run();
      assertThat(status(id).error()).contains("java.lang.StackOverflowError");
    }

    @Test
    void countsAlsoWhereTheHandlerHasPostponed() {
      handler =
          (payload, context) -> {
            context.postpone(Duration.ZERO);
            throw new IOException("disk full");
          };
      TaskId id = addAndRelease("1");
      node.run();
      assertThat(status(id).attempts()).isEqualTo(1);
      assertThat(status(id).error()).contains("java.io.IOException: disk full");
    }

    @Test
    void endsATaskThatHasKilledAsManyNodesAsItHasAttempts() {
      TaskId id = addAndRelease("1");
      for (int attempt = 1; attempt <= 3; attempt++) {
        clock.advance(LEASE);
        new Node(2, 10).runner.tick(); // takes it, and dies
      }
      assertThat(state(id)).isEqualTo(RUNNING);
      clock.advance(LEASE);
      other.tickAndRun();
      assertThat(ran).isEmpty();
      assertThat(state(id)).isEqualTo(DEAD);
      assertThat(status(id).error()).contains("its node died in attempt 3");
    }

    @Test
    void endsATaskWhosePayloadCannotBeRead() {
      handler =
          (payload, context) -> {
            throw new UnreadablePayloadException("not an Order", new IOException());
          };
      TaskId id = addAndRelease("1");
      node.run();
      assertThat(state(id)).isEqualTo(DEAD);
    }

    @Test
    void leavesNoInterruptThatReachesTheStore() {
      handler = (payload, context) -> Thread.currentThread().interrupt();
      List<Boolean> interrupted = new ArrayList<>();
      store.whenAsked(() -> interrupted.add(Thread.currentThread().isInterrupted()));
      addAndRelease("1");
      node.run();
      assertThat(interrupted).isNotEmpty().containsOnly(false);
    }
  }

  @Nested
  class MissingHandler {

    private void loseHandler() {
      handlers = List.of();
      handler =
          (payload, context) -> {
            throw new MissingHandlerException("org.example.Mailer");
          };
    }

    @Test
    void keepsTheTaskAndCountsNoAttempt() {
      loseHandler();
      TaskId id = addAndRelease("1");
      for (int i = 0; i < 20; i++) {
        node.tickAndRun();
        clock.advance(Duration.ofSeconds(5));
      }
      assertThat(ran).hasSize(1);
      assertThat(status(id).attempts()).isZero();
      handler = (payload, context) -> {};
      handlers = List.of("org.example.Mailer");
      clock.advance(Duration.ofSeconds(5));
      node.tickAndRun();
      assertThat(state(id)).isEqualTo(DONE);
    }

    @Test
    void costsNothingWhileNoNodeHasTheHandler() {
      Node foreign = new Node(2, 10);
      loseHandler();
      node.add(tasks(5_000));
      clock.advance(LEASE);
      while (foreign.tickAndRun()) {
        assertThat(ran).hasSizeLessThanOrEqualTo(5_000);
      }
      assertThat(ran).hasSize(5_000);
      int calls = store.calls();
      for (int second = 0; second < 60; second++) {
        clock.advance(Duration.ofSeconds(1));
        foreign.tickAndRun();
      }
      assertThat(ran).hasSize(5_000);
      assertThat(store.calls() - calls).isLessThanOrEqualTo(60); // the claims, of nothing
    }
  }

  @Nested
  class Holding {

    @Test
    void startsNoTaskTwiceWhileItsNodeLivesHoweverLongItTakes() {
      Node busy = new Node(251, 2000); // it holds all of these
      List<Submission> all = new ArrayList<>(List.of(task("long")));
      all.addAll(List.of(tasks(1000)));
      handler =
          (payload, context) -> {
            if (payload.equals("long")) {
              for (int i = 0; i < 20 * LEASE.toSeconds() * 2; i++) {
                clock.advance(Duration.ofMillis(500));
                busy.runner.tick();
                other.tickAndRun();
              }
              assertThat(ran).containsExactly("long#1");
            }
          };
      busy.addAndRelease(all.toArray(Submission[]::new));
      busy.run();
      assertThat(ran).hasSize(1001).doesNotHaveDuplicates();
      assertThat(all).allMatch(each -> state(each.id()) == DONE);
    }

    @Test
    void doesNotStartATaskWhoseLeaseMayHaveEnded() {
      TaskId id = addAndRelease("1");
      clock.advance(LEASE);
      node.run();
      assertThat(ran).isEmpty();
      node.tickAndRun(); // renewed: nobody else has claimed it
      assertThat(ran).containsExactly("1#1");
      assertThat(state(id)).isEqualTo(DONE);
    }

    @Test
    void recordsNothingOfANodeThatFrozeWhenAnotherHasTakenItsTask() {
      TaskId id = addAndRelease("1");
      handler =
          (payload, context) -> {
            if (ran.size() == 1) {
              clock.advance(LEASE); // frozen, meanwhile:
              other.tickAndRun();
              throw new IOException("must not be recorded");
            }
          };
      node.run();
      assertThat(ran).containsExactly("1#1", "1#1");
      assertThat(state(id)).isEqualTo(DONE);
      assertThat(status(id).error()).isEmpty();
    }

    @Test
    void doesNotStartWhatAnotherNodeHasTaken() {
      addAndRelease("1");
      clock.advance(LEASE);
      other.runner.tick();
      node.runner.tick();
      node.run();
      assertThat(ran).isEmpty();
      other.run();
      assertThat(ran).containsExactly("1#1");
    }

    @Test
    void interruptsAnAttemptAtItsTimeoutAlsoWhenAnotherNodeHasTheTask()
        throws InterruptedException {
      Node busy = new Node(1, 10);
      CountDownLatch running = new CountDownLatch(1);
      handler =
          (payload, context) -> {
            running.countDown();
            new CountDownLatch(1).await();
          };
      busy.addAndRelease(task("1", THREE_ATTEMPTS.withTimeout(LEASE.multipliedBy(2))));
      Thread thread = start(busy);
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
    void renewsAllLeasesInOneCallEachThirdOfALease() {
      node.add(tasks(3));
      Node full = new Node(1, 1);
      full.executor.execute("busy", () -> {}); // does not claim
      full.add(tasks(2));
      int before = store.calls();
      for (int i = 0; i < 28; i++) {
        clock.advance(Duration.ofMillis(1000));
        full.runner.tick();
      }
      assertThat(store.calls() - before).isEqualTo(2);
    }

    @Test
    void renewsManyLeasesInSeveralCalls() {
      Node full = new Node(1, 1);
      full.executor.execute("busy", () -> {}); // does not claim
      full.add(tasks(20_000));
      int before = store.calls();
      clock.advance(LEASE.dividedBy(3));
      full.runner.tick();
      assertThat(store.calls() - before).isEqualTo(20);
    }
  }

  @Nested
  class SharingWork {

    @Test
    void leavesToAnIdleNodeWhatAFullOneCannotTake() {
      Node full = new Node(1, 1);
      full.addAndRelease(task("1"), task("2"));
      assertThat(other.runner.tickInterval()).isEqualTo(Duration.ofMillis(500));
      clock.advance(other.runner.tickInterval());
      other.tickAndRun();
      assertThat(ran).containsExactly("2#1");
      full.run();
      assertThat(ran).containsExactly("2#1", "1#1");
    }

    @Test
    void holdsFourForEachThreadAtMost() {
      Node busy = new Node(3, 1000);
      Submission[] tasks = tasks(30);
      busy.addAndRelease(tasks);
      assertThat(tasks).filteredOn(task -> state(task.id()) == RUNNING).hasSize(12);
      Node idle = new Node(30, 1000);
      idle.tickAndRun();
      assertThat(ran).hasSize(18);
    }

    @Test
    void claimsOnWithoutWaitingForATickAsLongAsMoreIsDue() {
      Node full = new Node(1, 1);
      full.addAndRelease(tasks(50));
      other.tickAndRun();
      assertThat(ran).hasSize(49);
    }
  }

  @Nested
  class ReadingPayloads {

    private Submission large(int number) {
      return task(number + "x".repeat(99));
    }

    private void leaveToOthers(int count) {
      node.add(IntStream.range(0, count).mapToObj(this::large).toArray(Submission[]::new));
      clock.advance(LEASE);
    }

    @Test
    void takesOneCallForPayloadsThatArriveTogether() {
      leaveToOthers(2);
      other.tickAndRun();
      assertThat(ran).hasSize(2);
      assertThat(store.payloadCalls()).isEqualTo(1);
    }

    @Test
    void halvesTheCallUntilPayloadsArriveInTime() {
      leaveToOthers(8);
      store.throttle(250);
      Node wide = new Node(8, 32);
      for (int i = 0; i < 40 && ran.size() < 8; i++) {
        clock.advance(wide.runner.tickInterval());
        wide.tickAndRun();
      }
      assertThat(ran).hasSize(8).allMatch(each -> each.endsWith("#1"));
    }

    @Test
    void handsBackAtNoCostWhatDoesNotArriveEvenAlone() {
      Submission task = large(1);
      node.add(task);
      clock.advance(LEASE);
      store.throttle(99);
      for (int i = 0; i < 50; i++) {
        other.tickAndRun();
        clock.advance(Duration.ofSeconds(5));
      }
      assertThat(ran).isEmpty();
      assertThat(status(task.id()).attempts()).isZero();
      store.throttle(Integer.MAX_VALUE);
      other.tickAndRun();
      assertThat(state(task.id())).isEqualTo(DONE);
    }

    @Test
    void readsNothingThatIsToRunWhereItWasAdded() {
      addAndRelease("1");
      node.run();
      assertThat(ran).hasSize(1);
      assertThat(store.payloadCalls()).isZero();
    }
  }

  @Nested
  class StoreInTrouble {

    @Test
    void isToldHowATaskEndedUntilItConfirms() {
      TaskId id = addAndRelease("1");
      store.become(Mood.AWAY);
      node.run();
      node.tickAndRun();
      assertThat(state(id)).isEqualTo(RUNNING);
      store.become(Mood.REPLIES);
      node.tickAndRun();
      assertThat(state(id)).isEqualTo(DONE);
    }

    @Test
    void runsNothingTwiceWhenRepliesAreLost() {
      TaskId id = addAndRelease("1");
      store.become(Mood.LOSES_REPLIES);
      node.run();
      node.tickAndRun();
      store.become(Mood.REPLIES);
      for (int i = 0; i < 5; i++) {
        clock.advance(LEASE);
        node.tickAndRun();
        other.tickAndRun();
      }
      assertThat(ran).containsExactly("1#1");
      assertThat(state(id)).isEqualTo(DONE);
    }

    @Test
    void forgetsATaskThatWasNotAcknowledged() {
      Submission task = task("1");
      store.become(Mood.LOSES_REPLIES);
      assertThatThrownBy(() -> node.add(task)).isInstanceOf(RedisException.class);
      assertThat(store.find(task.id())).isPresent();
      store.become(Mood.REPLIES);
      node.tickAndRun();
      assertThat(store.find(task.id())).isEmpty();
      assertThat(ran).isEmpty();
    }

    @Test
    void forgetsADelayedTaskThatWasNotAcknowledged() {
      Submission task = delayed("1", Duration.ofSeconds(9));
      store.become(Mood.LOSES_REPLIES);
      assertThatThrownBy(() -> node.add(task)).isInstanceOf(RedisException.class);
      store.become(Mood.REPLIES);
      node.tickAndRun();
      assertThat(store.find(task.id())).isEmpty();
    }

    @Test
    void letsOtherNodesRenewBeforeTheirTasksAreClaimed() {
      addAndRelease("1"); // begins on its node before the store is away for longer than the lease
      handler =
          (payload, context) -> {
            store.become(Mood.AWAY);
            other.tickAndRun();
            clock.advance(LEASE.multipliedBy(2));
            other.tickAndRun();
            store.become(Mood.REPLIES);
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
    void claimsTheSameAgainAfterALostReplyAtNoCost() {
      Submission once =
          task("1", TaskOptions.defaults().withMaxAttempts(1).withDelay(Duration.ofSeconds(1)));
      node.add(once);
      clock.advance(Duration.ofSeconds(1));
      store.become(Mood.LOSES_REPLIES);
      other.runner.tick();
      store.become(Mood.REPLIES);
      other.tickAndRun();
      assertThat(ran).containsExactly("1#1");
      assertThat(state(once.id())).isEqualTo(DONE);
    }

    @Test
    void acceptsNothingAndAsksNothingUntilATickFindsTheStoreBack() {
      store.become(Mood.AWAY);
      assertThatThrownBy(() -> node.add(task("1"))).isInstanceOf(RedisException.class);
      int calls = store.calls();
      assertThat(node.runner.isOpen()).isFalse();
      assertThat(store.calls()).isEqualTo(calls);
      store.become(Mood.REPLIES);
      node.tickAndRun();
      assertThat(node.runner.isOpen()).isTrue();
    }

    @Test
    void addsAgainWhatTheStoreHasLostAndThisNodeHolds() {
      List<Lease> leases = node.add(task("waiting"), task("fails"));
      leases.forEach(store::lose);
      assertThat(store.find(leases.get(0).id())).isEmpty();
      clock.advance(LEASE.dividedBy(3));
      node.tickAndRun();
      assertThat(store.find(leases.get(0).id())).isPresent();
      clock.advance(LEASE.minusMillis(1));
      other.tickAndRun();
      assertThat(ran).isEmpty(); // they are held as before
      node.runner.tick();
      node.runner.release(leases);
      node.run();
      assertThat(ran).containsExactlyInAnyOrder("waiting#1", "fails#1");
      assertThat(leases).allMatch(lease -> state(lease.id()) == DONE);
    }

    @Test
    void addsAgainATaskThatFailsAfterTheStoreHasLostIt() {
      Submission task = task("1");
      List<Lease> leases = node.add(task);
      handler =
          (payload, context) -> {
            if (context.attempt() == 1) {
              store.lose(leases.get(0));
              throw new IOException("no route");
            }
          };
      node.runner.release(leases);
      node.run();
      assertThat(status(task.id()).error()).contains("java.io.IOException: no route");
      clock.advance(Duration.ofSeconds(8));
      other.tickAndRun();
      assertThat(ran).containsExactly("1#1", "1#2");
    }

    @Test
    void doesNotAddAgainWhatHasEndedMeanwhile() {
      Submission task = task("1");
      List<Lease> leases = node.add(task);
      handler =
          (payload, context) -> {
            store.lose(leases.get(0));
          };
      node.runner.release(leases);
      node.run();
      clock.advance(LEASE.dividedBy(3));
      node.tickAndRun();
      assertThat(store.find(task.id())).isEmpty();
    }
  }

  @Nested
  class Discarding {

    @Test
    void forgetsATaskWhoseResponseFailed() {
      Submission now = task("1");
      Submission later = delayed("2", Duration.ofSeconds(1));
      node.add(now, later).forEach(node.runner::discard);
      assertThat(store.find(now.id())).isEmpty();
      assertThat(store.find(later.id())).isEmpty();
      clock.advance(LEASE.multipliedBy(2));
      node.tickAndRun();
      assertThat(ran).isEmpty();
    }

    @Test
    void keepsATaskThatADuplicateHasConfirmed() {
      TaskOptions keyed = THREE_ATTEMPTS.withIdempotencyKey("key");
      List<Lease> first = node.add(task("1", keyed));
      assertThat(other.add(task("1", keyed))).isEmpty(); // and its request succeeds
      first.forEach(node.runner::discard);
      other.tickAndRun();
      assertThat(ran).containsExactly("1#1");
    }

    @Test
    void keepsADelayedTaskThatADuplicateHasConfirmedUntilItIsDue() {
      TaskOptions keyed = THREE_ATTEMPTS.withIdempotencyKey("key").withDelay(Duration.ofSeconds(9));
      List<Lease> first = node.add(task("1", keyed));
      assertThat(other.add(task("1", keyed))).isEmpty();
      first.forEach(node.runner::discard);
      clock.advance(Duration.ofSeconds(8));
      other.tickAndRun();
      assertThat(ran).isEmpty();
      clock.advance(Duration.ofSeconds(1));
      other.tickAndRun();
      assertThat(ran).containsExactly("1#1");
    }

    @Test
    void keepsATaskThatWasConfirmedAfterTheReplyOfItsFirstAddWasLost() {
      TaskOptions keyed = THREE_ATTEMPTS.withIdempotencyKey("key");
      store.become(Mood.LOSES_REPLIES);
      assertThatThrownBy(() -> node.add(task("1", keyed))).isInstanceOf(RedisException.class);
      store.become(Mood.REPLIES);
      other.add(task("1", keyed));
      node.tickAndRun(); // would forget it
      other.tickAndRun();
      assertThat(ran).containsExactly("1#1");
    }
  }

  @Nested
  class Cancelling {

    @Test
    void doesNotStartATaskThatIsHeldHereByTheNextTick() {
      TaskId id = addAndRelease("1");
      store.cancel(id);
      node.runner.tick();
      node.runner.tick(); // tells
      node.run();
      assertThat(ran).isEmpty();
      assertThat(state(id)).isEqualTo(CANCELLED);
    }

    private TaskId cancelWhileItRuns(Handler way) {
      Submission task = task("1");
      handler =
          (payload, context) -> {
            assertThat(context.isCancelled()).isFalse();
            store.cancel(task.id()); // on any node
            node.runner.tick();
            way.handle(payload, context);
          };
      node.addAndRelease(task);
      node.run();
      return task.id();
    }

    @Test
    void endsAnAttemptWhoseHandlerHeedsIt() {
      TaskId id =
          cancelWhileItRuns((payload, context) -> assertThat(context.isCancelled()).isTrue());
      assertThat(state(id)).isEqualTo(CANCELLED);
    }

    @Test
    void repeatsNoAttemptThatFails() {
      TaskId id =
          cancelWhileItRuns(
              (payload, context) -> {
                throw new IOException("gave up");
              });
      assertThat(state(id)).isEqualTo(CANCELLED);
    }

    @Test
    void recordsWhatWasDoneByAHandlerThatDidNotLook() {
      TaskId id = cancelWhileItRuns((payload, context) -> {});
      assertThat(state(id)).isEqualTo(DONE);
    }
  }

  @Nested
  class Pausing {

    @Test
    void beginsNothingOnAnyNodeUntilItIsResumed() {
      addAndRelease("queued");
      TaskId held = node.add(task("held")).get(0).id();
      store.pause(true);
      node.runner.tick();
      other.runner.tick();
      node.run();
      addAndRelease("added meanwhile");
      for (int i = 0; i < 70; i++) {
        clock.advance(Duration.ofMillis(500));
        node.tickAndRun();
        other.tickAndRun();
      }
      assertThat(ran).isEmpty();
      assertThat(store.payloadCalls()).isZero(); // nor is anything claimed
      assertThat(status(held).attempts()).isZero();
      store.pause(false);
      other.tickAndRun(); // learns it
      other.tickAndRun();
      assertThat(ran).containsExactlyInAnyOrder("queued#1", "held#1", "added meanwhile#1");
    }

    @Test
    void letsWhatRunsGoOn() {
      handler =
          (payload, context) -> {
            store.pause(true);
            node.runner.tick();
          };
      TaskId id = addAndRelease("1");
      node.run();
      assertThat(state(id)).isEqualTo(DONE);
    }
  }

  @Nested
  class Events {

    @Test
    void tellHowEachAttemptEnded() {
      handler =
          (payload, context) -> {
            if (payload.equals("fails")) {
              throw new IOException("no route");
            }
          };
      TaskId done = addAndRelease("1");
      node.run();
      Submission fails = task("fails", THREE_ATTEMPTS.withMaxAttempts(2));
      node.addAndRelease(fails);
      node.run();
      clock.advance(Duration.ofSeconds(8));
      node.tickAndRun();
      Optional<String> error = Optional.of("java.io.IOException: no route");
      String name = "org.example.Mailer";
      assertThat(events)
          .containsExactly(
              new TaskEvent(Kind.SUCCEEDED, done, name, 1, Optional.empty()),
              new TaskEvent(Kind.FAILED, fails.id(), name, 1, error),
              new TaskEvent(Kind.DEAD, fails.id(), name, 2, error));
    }

    @Test
    void tellNothingOfAnAttemptThatIsPostponed() {
      handler = (payload, context) -> context.postpone(Duration.ofMinutes(1));
      addAndRelease("1");
      node.run();
      assertThat(events).isEmpty();
    }
  }

  @Nested
  class Progressing {

    @Test
    void showsItToOthersWithTheNextTickAndTellsItOnce() {
      Submission task = task("1");
      List<Double> seen = new ArrayList<>();
      handler =
          (payload, context) -> {
            context.progress(0.5);
            node.runner.tick();
            seen.add(status(task.id()).progress().orElseThrow());
            assertThatThrownBy(() -> context.progress(1.01))
                .hasMessage("progress 1.01: expected 0 to 1");
            assertThatThrownBy(() -> context.progress(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
          };
      node.addAndRelease(task);
      node.run();
      assertThat(seen).containsExactly(0.5);
    }
  }

  @Nested
  class Stopping {

    @Test
    void handsBackWhatHasNotBegun() {
      TaskId held = node.add(task("held")).get(0).id();
      addAndRelease("queued");
      node.runner.stop();
      node.run();
      assertThat(ran).isEmpty();
      assertThat(status(held).attempts()).isZero();
      other.tickAndRun();
      assertThat(ran).containsExactlyInAnyOrder("held#1", "queued#1");
      assertThatThrownBy(() -> node.add(task("late"))).isInstanceOf(TaskRejection.class);
    }

    @Test
    void handsBackWhatIsInterruptedAtNoCost() throws InterruptedException {
      for (Handler way : List.<Handler>of(this::throwInterrupt, this::swallowInterrupt)) {
        Node stopping = new Node(1, 10);
        CountDownLatch running = new CountDownLatch(1);
        handler =
            (payload, context) -> {
              running.countDown();
              way.handle(payload, context);
            };
        Submission task = task("1", TaskOptions.defaults().withMaxAttempts(1));
        stopping.addAndRelease(task);
        Thread thread = start(stopping);
        running.await();
        stopping.runner.stop();
        stopping.runner.interrupt();
        thread.join();
        assertThat(status(task.id()).attempts()).isZero();
        handler = (payload, context) -> {};
        other.tickAndRun();
        assertThat(state(task.id())).isEqualTo(DONE);
      }
      assertThat(Stream.of("1#1", "1#1", "1#1", "1#1")).containsExactlyElementsOf(ran);
    }

    private void throwInterrupt(String payload, TaskContext context) throws InterruptedException {
      new CountDownLatch(1).await();
    }

    private void swallowInterrupt(String payload, TaskContext context) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
