package dev.sluice.background;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The claims that this node holds, with their leases. Times are {@code System.nanoTime}'s. */
final class Leases {

  private static final System.Logger LOG = System.getLogger(Leases.class.getName());

  /** How long a task waits for its response at the most. */
  private static final Duration LONGEST_RESPONSE = Duration.ofSeconds(30);

  private final TaskStore store;
  private final LongSupplier nanoTime;
  private final Set<Lease> tasks = ConcurrentHashMap.newKeySet();
  private volatile long renewedAt;

  Leases(TaskStore store, LongSupplier nanoTime) {
    this.store = store;
    this.nanoTime = nanoTime;
    this.renewedAt = nanoTime.getAsLong();
  }

  /**
   * Holds claims from now on.
   *
   * @param before a time before the store was asked for them: their leases last from then
   */
  List<Lease> hold(List<Claim> claims, long before) {
    long leaseEnd = before + store.lease().toNanos();
    List<Lease> added = claims.stream().map(claim -> new Lease(claim, before, leaseEnd)).toList();
    added.stream().filter(task -> !task.isDelayed()).forEach(tasks::add);
    return added;
  }

  void remove(Lease task) {
    tasks.remove(task);
  }

  List<Lease> all() {
    return List.copyOf(tasks);
  }

  /** Those that have waited for their response as long as they may. */
  List<Lease> overdue(long now) {
    return tasks.stream().filter(task -> task.isOverdue(now, LONGEST_RESPONSE.toNanos())).toList();
  }

  void interruptTimedOut(long now) {
    for (Lease task : tasks) {
      if (task.interruptIfTimedOut(now)) {
        LOG.log(Level.WARNING, "{0} has run for longer than it may: interrupted", task.claim());
      }
    }
  }

  boolean isRenewalDue(long now) {
    return now - renewedAt >= store.lease().toNanos() / 3;
  }

  /**
   * Starts all leases anew, in one call.
   *
   * @return those that were left because their lease was not certain, and may be queued now
   */
  List<Lease> renew() {
    List<Lease> mine = tasks.stream().filter(task -> !task.isLost()).toList();
    long before = nanoTime.getAsLong();
    Set<Claim> lost = store.renew(mine.stream().map(Lease::claim).toList());
    renewedAt = before;
    List<Lease> queueable = new ArrayList<>();
    for (Lease task : mine) {
      if (lost.contains(task.claim())) {
        lose(task);
      } else if (task.renewed(before + store.lease().toNanos())) {
        queueable.add(task);
      }
    }
    return queueable;
  }

  /** One that runs stays until it ends, so that its time-out holds. */
  private void lose(Lease task) {
    String fate = "what runs of it here goes on";
    if (task.lose()) {
      tasks.remove(task);
      fate = "it does not begin here";
    }
    LOG.log(Level.WARNING, "{0} is not this node''s any more: {1}", task.claim(), fate);
  }
}
