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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * This node's part in one queue: adds tasks, runs what it holds, renews its leases, claims what
 * others left. Its owner calls {@link #tick} every {@link #tickInterval}. Needs no container.
 */
final class TaskRunner {

  private static final System.Logger LOG = System.getLogger(TaskRunner.class.getName());

  /** Tasks of a shared queue that a node holds for each thread: the next ones, and no hoard. */
  private static final int HELD_PER_THREAD = 4;

  private static final Duration LONGEST_TICK = Duration.ofMillis(500);

  /** Between two looks for tasks that waited for a handler of this node. */
  private static final Duration UNPARK_INTERVAL = Duration.ofSeconds(5);

  private final TaskStore store;
  private final TrackedExecutor executor;
  private final int mostHeld;
  private final TaskInvoker invoker;
  private final AttemptRunner attempts;
  private final LongSupplier nanoTime;
  private final CompletionReporter reporter;
  private final Leases held;
  private final TaskCounters counters = new TaskCounters();
  private final String node = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  private final AtomicLong owners = new AtomicLong();
  private final Claimer claimer;
  private volatile boolean stopping;
  private volatile boolean paused;
  private long unparkAt;

  TaskRunner(
      TaskStore store, TrackedExecutor executor, TaskInvoker invoker, LongSupplier nanoTime) {
    this.store = store;
    this.executor = executor;
    this.mostHeld = mostHeld(store, executor);
    this.invoker = invoker;
    this.attempts = new AttemptRunner(invoker);
    this.nanoTime = nanoTime;
    this.held = new Leases(store, nanoTime);
    this.reporter = new CompletionReporter(store, held::remove);
    this.claimer = new Claimer(store, held, reporter, nanoTime, this::newOwner, this::release);
    this.unparkAt = nanoTime.getAsLong();
  }

  /** Tasks that run or wait for a thread here at the most; others may take the rest. */
  private static int mostHeld(TaskStore store, TrackedExecutor executor) {
    int capacity = executor.capacity();
    return store.isShared()
        ? Math.min(capacity, HELD_PER_THREAD * executor.concurrency())
        : capacity;
  }

  /** A third of the lease at the most, and short enough that an idle node is quick to help. */
  Duration tickInterval() {
    Duration third = store.lease().dividedBy(3);
    return third.compareTo(LONGEST_TICK) < 0 ? third : LONGEST_TICK;
  }

  /** Whether adding has a chance now; known without asking the store. */
  boolean isOpen() {
    return !stopping && store.isAvailable() && !store.isFull();
  }

  /** Why {@link #isOpen} says no. */
  TaskRejection rejection() {
    if (stopping) {
      return TaskRejection.stopping();
    }
    return store.isFull() ? TaskRejection.queueFull() : TaskRejection.storeDown();
  }

  /**
   * Adds tasks, all or none, in one call.
   *
   * @return the leases of those that are new, by id: this node holds them and will run them when
   *     {@link #release} says so, but for those that are delayed
   * @throws TaskRejection if the queue is full or this node is stopping
   * @throws RedisException if the store does not reply; should it have them all the same, it will
   *     be told to forget them
   */
  Map<TaskId, Lease> add(List<Submission> tasks) {
    if (stopping) {
      throw TaskRejection.stopping();
    }
    long before = nanoTime.getAsLong();
    String owner = newOwner();
    // One key given twice in one request is one task.
    Map<TaskId, Lease> leases = new LinkedHashMap<>();
    tasks.forEach(task -> leases.computeIfAbsent(task.id(), id -> task.lease(owner)));
    try {
      leases.keySet().retainAll(store.add(tasks, owner));
    } catch (RedisException e) {
      leases.values().forEach(lease -> complete(lease, new Discarded()));
      throw e;
    }
    held.hold(List.copyOf(leases.values()), before);
    leases.values().forEach(lease -> counters.added(lease.task()));
    return leases;
  }

  TaskStore store() {
    return store;
  }

  /** The tasks of a handler that it has added and tried. */
  TaskStatistics statistics(String handler) {
    return counters.statistics(handler);
  }

  private String newOwner() {
    return node + "." + Long.toString(owners.incrementAndGet(), 36);
  }

  /** The response has been sent, these may run: here, or on any node where this one has enough. */
  void release(List<Lease> leases) {
    for (Lease lease : leases) {
      if (lease.release() && !executor.offer(lease.toString(), () -> run(lease), mostHeld)) {
        handBack(lease);
      }
    }
    reporter.flush();
  }

  private void handBack(Lease lease) {
    if (lease.withdraw()) {
      complete(lease, new HandBack(Duration.ZERO));
    }
  }

  /** The response has failed after all: forgets what has not begun. */
  void discard(Lease lease) {
    if (lease.withdraw()) {
      complete(lease, new Discarded());
      reporter.flush();
    }
  }

  private void run(Lease lease) {
    long start = nanoTime.getAsLong();
    if (paused) {
      handBack(lease);
      reporter.flush();
    } else if (lease.begin(start)) {
      Outcome outcome;
      try {
        outcome = attempts.make(lease);
      } finally {
        lease.end();
      }
      counters.attempted(lease.task(), outcome, nanoTime.getAsLong() - start);
      complete(lease, outcome);
      reporter.flush();
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

  private void complete(Lease lease, Outcome outcome) {
    reporter.add(new Completion(lease, outcome));
  }

  private void claim(int limit) {
    if (!stopping && !paused) {
      claimer.claim(limit);
    }
  }

  /** Does what is due at intervals; never throws. */
  synchronized void tick() {
    long now = nanoTime.getAsLong();
    try {
      held.interruptTimedOut(now);
      release(held.overdue(now));
      executor.nudge();
      boolean wasAvailable = store.isAvailable();
      if (reporter.flush()) {
        if (!wasAvailable || held.isRenewalDue(now)) {
          renew();
        }
        claimer.storeReplies(now);
        heedSignals();
        held.tellProgress();
        unpark(now);
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

  private void heedSignals() {
    TaskSignals signals = store.signals();
    paused = signals.isPaused();
    held.heedCancellations(signals.cancelled(), reporter);
  }

  private void renew() {
    for (Lease lease : held.renew(reporter)) {
      executor.execute(lease.toString(), () -> run(lease));
    }
  }

  private void unpark(long now) {
    if (!stopping && now - unparkAt >= 0) {
      store.unpark(invoker.handlers());
      unparkAt = now + UNPARK_INTERVAL.toNanos();
    }
  }

  /** Admits nothing more. What has not begun is handed back, or begins now if nobody else can. */
  void stop() {
    stopping = true;
    if (!store.isShared()) {
      release(held.all());
      return;
    }
    held.all().forEach(this::handBack);
    reporter.flush();
  }

  /** Interrupts what still runs; an attempt that ends by it is handed back and not counted. */
  void interrupt() {
    held.all().forEach(Lease::interruptToStop);
  }

  /** Tells the store what ended meanwhile; logs what it could not be told, and what is lost. */
  void close() {
    List<Task> lost = store.endWithThisProcess();
    if (!lost.isEmpty()) {
      LOG.log(Level.WARNING, "Stopped without Redis, so that these tasks are lost: {0}", lost);
    }
    if (!reporter.flush()) {
      LOG.log(
          Level.WARNING,
          "Stopped before the store confirmed how these tasks ended; they will run again: {0}",
          reporter.unconfirmed());
    }
  }
}
