package dev.sluice.background;

import static dev.sluice.background.TestTasks.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.background.RequestTasks.Success;
import dev.sluice.background.TaskOptions.IfStoreDown;
import dev.sluice.background.TaskOptions.When;
import dev.sluice.background.UnreliableStore.Mood;
import dev.sluice.execution.TrackedExecutor;
import dev.sluice.testing.SettableClock;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The tasks of a request on a node with a shared store and one of its own. */
@Timeout(20)
class RequestTasksTest {

  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final TaskOptions REJECT = TaskOptions.defaults();
  private static final TaskOptions LOCAL = REJECT.withIfStoreDown(IfStoreDown.LOCAL);
  private static final TransactionOutcome NO_TRANSACTION =
      TransactionOutcome.ofCurrent(
          (TransactionSynchronizationRegistry)
              Proxy.newProxyInstance(
                  RequestTasksTest.class.getClassLoader(),
                  new Class<?>[] {TransactionSynchronizationRegistry.class},
                  (proxy, method, arguments) -> null));

  private final SettableClock clock = new SettableClock();
  private final UnreliableStore store = new UnreliableStore(localStore(10));
  private final List<String> ran = new ArrayList<>();
  private final Queue<Runnable> threads = new ArrayDeque<>();
  private final TrackedExecutor executor = new TrackedExecutor(threads::add, 1, 5, Duration.ZERO);
  private final TaskRunner shared = runner(store, executor);
  private final TaskDispatcher node =
      new TaskDispatcher(shared, runner(localStore(3), executor), executor);
  private final RequestTasks request = new RequestTasks(node);

  private TaskStore localStore(int capacity) {
    return new LocalTaskStore(TestTasks.settings(capacity, LEASE), clock);
  }

  private TaskRunner runner(TaskStore tasks, TrackedExecutor on) {
    return new TaskRunner(tasks, on, (task, payload, context) -> ran.add(payload), clock);
  }

  private void add(String payload, TaskOptions options) {
    request.add(task(payload, options), NO_TRANSACTION);
  }

  private void run() {
    while (!threads.isEmpty()) {
      threads.remove().run();
    }
  }

  private void fillQueue() {
    shared.add(Stream.generate(() -> task("filler")).limit(10).toList());
  }

  @Test
  void runsInTheOrderOfAddingAfterTheResponse() {
    add("1", REJECT);
    request.run(() -> ran.add("2"), NO_TRANSACTION);
    add("3", LOCAL);
    request.commit(Success.YES);
    run();
    assertThat(ran).isEmpty();
    request.release(Success.YES);
    run();
    assertThat(ran).containsExactly("1", "2", "3");
  }

  @Test
  void runsADuplicateOnce() {
    Submission task = task("1", REJECT.withIdempotencyKey("key"));
    request.add(task, NO_TRANSACTION);
    request.add(task, NO_TRANSACTION);
    request.commit(Success.YES);
    request.release(Success.YES);
    run();
    assertThat(ran).containsExactly("1");
  }

  @Test
  void forgetsTasksOfAResponseThatFailedAfterTheyWereWrittenUnlessTheyRunAlways() {
    Submission dropped = task("dropped");
    request.add(dropped, NO_TRANSACTION);
    request.run(() -> ran.add("dropped"), NO_TRANSACTION);
    add("kept", REJECT.withWhen(When.ALWAYS));
    request.commit(Success.YES);
    request.release(Success.NO);
    run();
    assertThat(ran).containsExactly("kept");
    assertThat(store.find(dropped.id())).isEmpty();
  }

  @Test
  void rejectsAllWhenTheStoreGoesAwayButWhatMustRunAndMayRunHere() {
    add("rejected", REJECT);
    add("dropped", LOCAL);
    add("kept", LOCAL.withWhen(When.ALWAYS));
    store.become(Mood.AWAY);
    assertThatThrownBy(() -> request.commit(Success.YES)).isInstanceOf(TaskRejection.class);
    request.release(Success.NO);
    run();
    assertThat(ran).containsExactly("kept");
  }

  @Test
  void runsHereWhatMayWhenTheStoreGoesAwayOrIsFull() {
    add("away", LOCAL);
    store.become(Mood.AWAY);
    request.commit(Success.YES);
    store.become(Mood.REPLIES);
    shared.tick();
    fillQueue();
    RequestTasks next = new RequestTasks(node);
    next.add(task("full", LOCAL), NO_TRANSACTION);
    next.commit(Success.YES);
    request.release(Success.YES);
    next.release(Success.YES);
    run();
    assertThat(ran).containsExactly("away", "full");
  }

  @Test
  void rejectsAtOnceWhatMayNotRunHereWhenTheQueueIsFull() {
    fillQueue();
    assertThatThrownBy(() -> add("late", REJECT))
        .isInstanceOf(TaskRejection.class)
        .hasMessageContaining("too many are waiting");
  }

  @Test
  void rejectsARunnableAtOnceWhenTheNodeIsFull() {
    for (int i = 0; i < 5; i++) {
      executor.execute("busy", () -> {});
    }
    assertThatThrownBy(() -> request.run(() -> {}, NO_TRANSACTION))
        .isInstanceOf(TaskRejection.class)
        .hasMessageContaining("busy");
  }

  @Test
  void acceptsNothingOnceTheResponseIsOnItsWay() {
    request.commit(Success.YES);
    assertThatThrownBy(() -> add("late", REJECT)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void handsBackWhatIsReleasedAfterTheNodeHasStopped() {
    request.run(() -> ran.add("lost"), NO_TRANSACTION);
    Submission task = task("handed back");
    request.add(task, NO_TRANSACTION);
    request.commit(Success.YES);
    node.stop(Duration.ZERO);
    request.release(Success.YES);
    run();
    assertThat(ran).isEmpty();
    assertThat(store.claim(1, "other.1")).extracting(Lease::id).containsExactly(task.id());
    assertThatThrownBy(() -> new RequestTasks(node).add(task, NO_TRANSACTION))
        .hasMessageContaining("stopping");
  }

  @Test
  void renewsTheLeaseOfWhatRunsWhileTheNodeStops() throws InterruptedException {
    ExecutorService pool = Executors.newCachedThreadPool();
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    List<String> attempts = new ArrayList<>();
    TrackedExecutor busy = new TrackedExecutor(pool, 1, 10, Duration.ZERO);
    TaskRunner stopping =
        new TaskRunner(
            store,
            busy,
            (task, payload, context) -> {
              attempts.add("here");
              running.countDown();
              end.await();
            },
            clock);
    stopping.release(List.copyOf(stopping.add(List.of(task("1"))).values()));
    running.await();
    Thread stop =
        new Thread(() -> new TaskDispatcher(stopping, stopping, busy).stop(Duration.ofMinutes(1)));
    stop.start();
    for (int third = 0; third < 9; third++) {
      int calls = store.calls();
      clock.advance(LEASE.dividedBy(3));
      Awaitility.await().until(() -> store.calls() > calls); // it has renewed
      assertThat(store.claim(1, "other." + third)).isEmpty();
    }
    end.countDown();
    stop.join();
    pool.shutdownNow();
    assertThat(attempts).containsExactly("here");
    assertThat(store.claim(1, "other.9")).isEmpty();
  }
}
