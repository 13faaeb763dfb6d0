package dev.sluice.background;

import dev.sluice.background.Ending.Dead;
import dev.sluice.background.Ending.Discarded;
import dev.sluice.background.Ending.Done;
import dev.sluice.background.Ending.HandBack;
import dev.sluice.background.Ending.Outcome;
import dev.sluice.background.Ending.Retry;
import dev.sluice.background.TaskInvoker.MissingHandlerException;
import dev.sluice.background.TaskInvoker.UnreadablePayloadException;
import dev.sluice.execution.TrackedExecutor;
import dev.sluice.redis.RedisUnavailableException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * This node's part in one queue: adds tasks, runs what it holds, renews its leases, claims what
 * others left. Somebody calls {@link #tick} every {@link #tickInterval}. Needs no container.
 */
final class TaskRunner {

  private static final System.Logger LOG = System.getLogger(TaskRunner.class.getName());

  /** How long a task waits for its response at the most. */
  private static final Duration LONGEST_RESPONSE = Duration.ofSeconds(30);

  /** Between two looks at a task that this deployment cannot run; another one may, meanwhile. */
  private static final Duration UNTIL_HANDLER_APPEARS = Duration.ofSeconds(5);

  private static final Duration LONGEST_TICK = Duration.ofMillis(500);

  /** After an outage every node has found Redis again, and renewed its leases, within this time. */
  private static final Duration ALL_ARE_BACK = Duration.ofSeconds(3);

  private static final int LONGEST_ERROR = 1000;

  private final TaskStore store;
  private final TrackedExecutor executor;
  private final TaskInvoker invoker;
  private final RetrySchedule retries;
  private final LongSupplier nanoTime;
  private final Settlement settlement;
  private final Set<HeldTask> held = ConcurrentHashMap.newKeySet();
  private final String node = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  private final AtomicLong claims = new AtomicLong();
  private final AtomicBoolean claiming = new AtomicBoolean();
  private volatile boolean moreIsDue;
  private volatile boolean stopping;
  private volatile long renewedAt;
  private volatile long claimFrom;
  private OptionalLong awaySince = OptionalLong.empty();

  TaskRunner(
      TaskStore store,
      TrackedExecutor executor,
      TaskInvoker invoker,
      RetrySchedule retries,
      LongSupplier nanoTime) {
    this.store = store;
    this.executor = executor;
    this.invoker = invoker;
    this.retries = retries;
    this.nanoTime = nanoTime;
    this.settlement = new Settlement(store);
    this.renewedAt = nanoTime.getAsLong();
    this.claimFrom = renewedAt;
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
  TaskRefusal refusal() {
    return store.isFull() ? TaskRefusal.queueFull() : TaskRefusal.storeDown();
  }

  /**
   * Adds tasks, all or none, in one call.
   *
   * @return those that this node holds now and will run when {@link #release} says so
   * @throws TaskRefusal if the queue is full or this node is stopping
   * @throws RedisUnavailableException if the store does not answer; should it have them all the
   *     same, it will be told to forget them
   */
  List<HeldTask> add(List<NewTask> tasks) {
    if (stopping) {
      throw TaskRefusal.storeDown();
    }
    long before = nanoTime.getAsLong();
    String owner = newOwner();
    Set<TaskId> accepted;
    try {
      accepted = store.add(tasks, owner);
    } catch (RedisUnavailableException e) {
      tasks.forEach(
          task ->
              settlement.add(
                  new Ending(new Claim(task.task(), 1, owner), new Discarded()), () -> {}));
      throw e;
    }
    List<Task> mine =
        tasks.stream()
            .filter(task -> !task.isDelayed() && accepted.contains(task.task().id()))
            .map(NewTask::task)
            .toList();
    return hold(mine.stream().map(task -> new Claim(task, 1, owner)).toList(), before);
  }

  Optional<TaskStatus> find(TaskId id) {
    return store.find(id);
  }

  private String newOwner() {
    return node + "." + Long.toString(claims.incrementAndGet(), 36);
  }

  private List<HeldTask> hold(List<Claim> claimed, long before) {
    long leaseEnd = before + store.lease().toNanos();
    List<HeldTask> tasks =
        claimed.stream().map(claim -> new HeldTask(claim, before, leaseEnd)).toList();
    held.addAll(tasks);
    return tasks;
  }

  /** The response is out, these may run: here, or anywhere where this node is full. */
  void release(List<HeldTask> tasks) {
    for (HeldTask task : tasks) {
      if (task.release() && !executor.offer(task.claim().toString(), () -> run(task))) {
        task.withdraw();
        settle(task, new HandBack(Duration.ZERO));
      }
    }
    settlement.flush();
  }

  private void run(HeldTask task) {
    if (task.begin(nanoTime.getAsLong())) {
      Outcome outcome;
      try {
        outcome = attempt(task);
      } finally {
        task.end();
      }
      settle(task, outcome);
      settlement.flush();
      if (moreIsDue) {
        claim(executor.idle() + 1); // this thread is about to be free
      }
    }
  }

  private Outcome attempt(HeldTask task) {
    Claim claim = task.claim();
    try {
      invoker.invoke(claim.task(), claim.context());
      return task.isTimedOut() ? failed(task, new InterruptedException()) : new Done();
    } catch (MissingHandlerException e) {
      LOG.log(Level.WARNING, "{0}: {1}; kept for one that has it", claim, e.getMessage());
      return new HandBack(UNTIL_HANDLER_APPEARS);
    } catch (UnreadablePayloadException e) {
      LOG.log(Level.ERROR, claim + " is dead", e);
      return new Dead(describe(e));
    } catch (Throwable e) { // an Error too is only this attempt's: the thread serves others
      return failed(task, e);
    }
  }

  private Outcome failed(HeldTask task, Throwable cause) {
    Claim claim = task.claim();
    String error =
        task.isTimedOut()
            ? "timed out after " + claim.task().timeout().orElseThrow()
            : describe(cause);
    if (claim.isLastAttempt()) {
      LOG.log(Level.ERROR, claim + " is dead after attempt " + claim.attempt(), cause);
      return new Dead(error);
    }
    Duration delay = retries.after(claim.attempt());
    LOG.log(
        Level.WARNING,
        "{0} failed in attempt {1} of {2}, next in {3}: {4}",
        claim,
        claim.attempt(),
        claim.task().maxAttempts(),
        delay,
        error);
    return new Retry(delay, error);
  }

  private static String describe(Throwable error) {
    String text = error.toString();
    return text.length() <= LONGEST_ERROR ? text : text.substring(0, LONGEST_ERROR) + "…";
  }

  private void settle(HeldTask task, Outcome outcome) {
    settlement.add(new Ending(task.claim(), outcome), () -> held.remove(task));
  }

  /** What is due again and again; never throws. */
  void tick() {
    long now = nanoTime.getAsLong();
    try {
      interruptTimedOut(now);
      release(overdue(now));
      executor.nudge();
      boolean wasAnswering = store.isAnswering();
      if (settlement.flush()) {
        if (!wasAnswering || now - renewedAt >= store.lease().toNanos() / 3) {
          renew();
        }
        returned(now);
        claim(executor.idle());
      } else {
        wentAway(now);
      }
    } catch (RedisUnavailableException e) {
      wentAway(now);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Looking after background tasks failed", e);
    }
  }

  private void wentAway(long now) {
    awaySince = awaySince.isPresent() ? awaySince : OptionalLong.of(now);
  }

  /**
   * If leases can have ended while nobody could renew them, others may do so before they are
   * claimed.
   */
  private void returned(long now) {
    if (awaySince.isPresent() && now - awaySince.getAsLong() >= store.lease().toNanos() / 2) {
      claimFrom = now + ALL_ARE_BACK.toNanos();
    }
    awaySince = OptionalLong.empty();
  }

  private void interruptTimedOut(long now) {
    for (HeldTask task : held) {
      if (task.interruptIfTimedOut(now)) {
        LOG.log(Level.WARNING, "{0} has run for longer than it may: interrupted", task.claim());
      }
    }
  }

  private List<HeldTask> overdue(long now) {
    return held.stream().filter(task -> task.isOverdue(now, LONGEST_RESPONSE.toNanos())).toList();
  }

  private void renew() {
    List<HeldTask> tasks = List.copyOf(held);
    long before = nanoTime.getAsLong();
    Set<Claim> lost = store.renew(tasks.stream().map(HeldTask::claim).toList());
    renewedAt = before;
    for (HeldTask task : tasks) {
      if (lost.contains(task.claim())) {
        lose(task);
      } else if (task.renewed(before + store.lease().toNanos())) {
        executor.execute(task.claim().toString(), () -> run(task));
      }
    }
  }

  private void lose(HeldTask task) {
    held.remove(task);
    String fate = task.withdraw() ? "it does not begin here" : "what runs of it here goes on";
    LOG.log(Level.WARNING, "{0} is not this node''s any more: {1}", task.claim(), fate);
  }

  private void claim(int limit) {
    if (stopping
        || limit == 0
        || nanoTime.getAsLong() - claimFrom < 0
        || !claiming.compareAndSet(false, true)) {
      return;
    }
    try {
      long before = nanoTime.getAsLong();
      List<Claim> claimed = store.claim(limit, newOwner());
      moreIsDue = claimed.size() == limit;
      release(hold(claimed, before));
    } finally {
      claiming.set(false);
    }
  }

  /** Admits nothing more. What has not begun is handed back, or begins now if nobody else can. */
  void stop() {
    stopping = true;
    if (!store.isShared()) {
      release(List.copyOf(held));
      return;
    }
    for (HeldTask task : held) {
      if (task.withdraw()) {
        settle(task, new HandBack(Duration.ZERO));
      }
    }
    settlement.flush();
  }

  /** Tells the store what ended meanwhile; logs what it could not be told. */
  void close() {
    if (!settlement.flush()) {
      LOG.log(
          Level.WARNING,
          "Stopped before the store confirmed how these tasks ended; they will run again: {0}",
          settlement.unconfirmed());
    }
  }
}
