package dev.sluice.background;

import dev.sluice.background.Completion.Cancelled;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The leases that this node holds. Times are {@code System.nanoTime}'s. */
final class Leases {

  private static final System.Logger LOG = System.getLogger(Leases.class.getName());

  /** How long a task waits for its response at the most. */
  private static final Duration LONGEST_RESPONSE = Duration.ofSeconds(30);

  /** How many a call renews: so few that it ends within the time that Redis gets for a call. */
  private static final int BATCH = 1000;

  private final TaskStore store;
  private final LongSupplier nanoTime;
  private final Set<Lease> leases = ConcurrentHashMap.newKeySet();
  private volatile long renewedAt;

  Leases(TaskStore store, LongSupplier nanoTime) {
    this.store = store;
    this.nanoTime = nanoTime;
    this.renewedAt = nanoTime.getAsLong();
  }

  /**
   * Holds leases from now on; a delayed task is nobody's.
   *
   * @param before a time before the store was asked for them: they last from then
   */
  void hold(List<Lease> added, long before) {
    for (Lease lease : added) {
      lease.hold(before, store.lease());
      if (!lease.isDelayed()) {
        leases.add(lease);
      }
    }
  }

  void remove(Lease lease) {
    leases.remove(lease);
  }

  List<Lease> all() {
    return List.copyOf(leases);
  }

  /** Those that have waited for their response as long as they may. */
  List<Lease> overdue(long now) {
    return leases.stream().filter(lease -> lease.isOverdue(now, LONGEST_RESPONSE)).toList();
  }

  /** Those that were claimed, and whose payload has not been read. */
  List<Lease> unread() {
    return leases.stream().filter(Lease::isUnread).toList();
  }

  /** Asks those leases to end whose tasks were cancelled; one that has not begun ends at once. */
  void heedCancellations(Set<TaskId> cancelled, CompletionReporter reporter) {
    for (Lease lease : leases) {
      if (cancelled.contains(lease.id()) && lease.cancel()) {
        reporter.add(new Completion(lease, new Cancelled()));
      }
    }
  }

  /** Tells the store the progress of those that made some, in one call. */
  void tellProgress() {
    Map<TaskId, Double> fractions = new HashMap<>();
    for (Lease lease : leases) {
      lease.newProgress().ifPresent(fraction -> fractions.put(lease.id(), fraction));
    }
    if (!fractions.isEmpty()) {
      store.progress(fractions);
    }
  }

  void interruptTimedOut(long now) {
    for (Lease lease : leases) {
      if (lease.interruptIfTimedOut(now)) {
        LOG.log(Level.WARNING, "{0} has run for longer than it may: interrupted", lease);
      }
    }
  }

  boolean isRenewalDue(long now) {
    return now - renewedAt >= store.lease().toNanos() / 3;
  }

  /**
   * Renews all leases, a batch in a call. Adds again what the store has lost.
   *
   * @return those that did not start because their lease was uncertain, and may be queued now
   */
  List<Lease> renew(CompletionReporter reporter) {
    List<Lease> mine = leases.stream().filter(lease -> !lease.isLost()).toList();
    long first = nanoTime.getAsLong();
    List<Lease> queueable = new ArrayList<>();
    int from = 0;
    do { // one call even for none: it finds out whether the store is back
      List<Lease> batch = mine.subList(from, Math.min(from + BATCH, mine.size()));
      queueable.addAll(renew(batch, reporter));
      from += BATCH;
    } while (from < mine.size());
    renewedAt = first;
    return queueable;
  }

  private List<Lease> renew(List<Lease> batch, CompletionReporter reporter) {
    long before = nanoTime.getAsLong();
    NotApplied<Lease> notApplied = store.renew(batch);
    notApplied.taken().forEach(this::lose);
    if (!notApplied.missing().isEmpty()) {
      // No completion is told meanwhile, so that no task is added again that has just ended.
      reporter.whileSilent(() -> restore(notApplied.missing()));
    }
    return batch.stream()
        .filter(lease -> !notApplied.taken().contains(lease))
        .filter(lease -> !notApplied.missing().contains(lease))
        .filter(lease -> lease.renew(before + store.lease().toNanos()))
        .toList();
  }

  private void restore(Set<Lease> missing) {
    List<Lease> lost =
        missing.stream()
            .filter(lease -> leases.contains(lease) && lease.payload().isPresent())
            .toList();
    store.restore(lost);
    lost.forEach(
        lease -> LOG.log(Level.WARNING, "{0} was lost by its store, and is added again", lease));
  }

  /** One that runs stays until it ends, so that its time-out holds. */
  private void lose(Lease lease) {
    String fate = "what runs of it here goes on";
    if (lease.lose()) {
      leases.remove(lease);
      fate = "it does not begin here";
    }
    LOG.log(Level.WARNING, "{0} is not this node''s any more: {1}", lease, fate);
  }
}
