package dev.sluice.background;

import dev.sluice.background.Completion.Discarded;
import dev.sluice.background.Completion.HandBack;
import dev.sluice.background.Completion.Outcome;
import dev.sluice.execution.TrackedExecutor;
import dev.sluice.redis.RedisException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * This node's part in one queue: adds tasks, runs what it holds, renews its leases, claims what
 * others left. Somebody calls {@link #tick} every {@link #tickInterval}. Needs no container.
 */
final class TaskRunner {

  private static final System.Logger LOG = System.getLogger(TaskRunner.class.getName());

  private static final Duration LONGEST_TICK = Duration.ofMillis(500);

  private final TaskStore store;
  private final TrackedExecutor executor;
  private final AttemptRunner attempts;
  private final LongSupplier nanoTime;
  private final CompletionReporter settlement;
  private final Leases held;
  private final String node = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  private final AtomicLong owners = new AtomicLong();
  private final Claimer claimer;
  private volatile boolean stopping;

  TaskRunner(
      TaskStore store,
      TrackedExecutor executor,
      TaskInvoker invoker,
      RetrySchedule retries,
      LongSupplier nanoTime) {
    this.store = store;
    this.executor = executor;
    this.attempts = new AttemptRunner(invoker, retries);
    this.nanoTime = nanoTime;
    this.settlement = new CompletionReporter(store);
    this.held = new Leases(store, nanoTime);
    this.claimer = new Claimer(store, nanoTime, this::newOwner);
  }

  /** A third of the lease at the most, and short enough that an idle node is quick to help. */
  Duration tickInterval() {
    Duration third = store.lease().dividedBy(3);
    return third.compareTo(LONGEST_TICK) < 0 ? third : LONGEST_TICK;
  }

  /** Whether adding has a chance now; known without asking the store. */
  boolean isOpen() {
    return !stopping && store.isAnswering() && !store.isFull();
  }

  /** Why {@link #isOpen} says no. */
  TaskRejection refusal() {
    if (stopping) {
      return TaskRejection.stopping();
    }
    return store.isFull() ? TaskRejection.queueFull() : TaskRejection.storeDown();
  }

  /**
   * Adds tasks, all or none, in one call.
   *
   * @return those that are new: this node holds them and will run them when {@link #release} says
   *     so, but for those that are delayed
   * @throws TaskRejection if the queue is full or this node is stopping
   * @throws RedisException if the store does not answer; should it have them all the same, it will
   *     be told to forget them
   */
  List<Lease> add(List<Submission> tasks) {
    if (stopping) {
      throw TaskRejection.stopping();
    }
    long before = nanoTime.getAsLong();
    String owner = newOwner();
    // One key given twice in one request is one task.
    Map<TaskId, Claim> claimed = new LinkedHashMap<>();
    tasks.forEach(task -> claimed.putIfAbsent(task.task().id(), task.claimedBy(owner)));
    try {
      claimed.keySet().retainAll(store.add(tasks, owner));
    } catch (RedisException e) {
      claimed
          .values()
          .forEach(claim -> settlement.add(new Completion(claim, new Discarded()), () -> {}));
      throw e;
    }
    return held.hold(List.copyOf(claimed.values()), before);
  }

  Optional<TaskStatus> find(TaskId id) {
    return store.find(id);
  }

  private String newOwner() {
    return node + "." + Long.toString(owners.incrementAndGet(), 36);
  }

  /** The response is out, these may run: here, or anywhere where this node is full. */
  void release(List<Lease> tasks) {
    for (Lease task : tasks) {
      if (task.release() && !executor.offer(task.claim().toString(), () -> run(task))) {
        task.withdraw();
        settle(task, new HandBack(Duration.ZERO));
      }
    }
    settlement.flush();
  }

  /** The response has failed after all: forgets what has not begun. */
  void discard(Lease task) {
    if (task.withdraw()) {
      settle(task, new Discarded());
      settlement.flush();
    }
  }

  private void run(Lease task) {
    if (task.begin(nanoTime.getAsLong())) {
      Outcome outcome;
      try {
        outcome = attempts.make(task);
      } finally {
        task.end();
      }
      settle(task, outcome);
      settlement.flush();
      if (claimer.isMoreDue()) {
        claimOn();
      }
    }
  }

  private void claimOn() {
    try {
      claim(executor.idle() + 1); // this thread is about to be free
    } catch (RedisException e) {
      LOG.log(Level.DEBUG, "The next tick will claim", e);
    }
  }

  private void settle(Lease task, Outcome outcome) {
    settlement.add(new Completion(task.claim(), outcome), () -> held.remove(task));
  }

  /** What is due again and again; never throws. */
  synchronized void tick() {
    long now = nanoTime.getAsLong();
    try {
      held.interruptTimedOut(now);
      release(held.overdue(now));
      executor.nudge();
      boolean wasAnswering = store.isAnswering();
      if (settlement.flush()) {
        if (!wasAnswering || held.isRenewalDue(now)) {
          for (Lease task : held.renew()) {
            executor.execute(task.claim().toString(), () -> run(task));
          }
        }
        claimer.storeAnswers(now);
        claim(executor.idle());
      } else {
        claimer.storeIsAway(now);
      }
    } catch (RedisException e) {
      claimer.storeIsAway(now);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Looking after background tasks failed", e);
    }
  }

  private void claim(int limit) {
    if (!stopping && limit > 0) {
      claimer.claim(limit, (claims, before) -> release(held.hold(claims, before)));
    }
  }

  /** Admits nothing more. What has not begun is handed back, or begins now if nobody else can. */
  void stop() {
    stopping = true;
    if (!store.isShared()) {
      release(held.all());
      return;
    }
    for (Lease task : held.all()) {
      if (task.withdraw()) {
        settle(task, new HandBack(Duration.ZERO));
      }
    }
    settlement.flush();
  }

  /** Tells the store what ended meanwhile; logs what it could not be told, and what is lost. */
  void close() {
    List<TaskId> lost = store.endWithThisProcess();
    if (!lost.isEmpty()) {
      LOG.log(Level.WARNING, "Stopped without Redis, so that these tasks are lost: {0}", lost);
    }
    if (!settlement.flush()) {
      LOG.log(
          Level.WARNING,
          "Stopped before the store confirmed how these tasks ended; they will run again: {0}",
          settlement.unconfirmed());
    }
  }
}
