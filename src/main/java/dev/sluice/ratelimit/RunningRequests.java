package dev.sluice.ratelimit;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The requests of this node that count against a limit on concurrency in the shared store. Those
 * that run for long are renewed; what this node does not renew, since it was killed, ends by itself
 * after {@link Counting#LEASE}.
 */
final class RunningRequests {

  /** How often leases are renewed: of three renewals in a lease, two may fail. */
  static final Duration RENEWAL = Duration.ofSeconds(3);

  private final Map<Reservation, Long> begun = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;
  private final Consumer<Runnable> schedule;
  private final AtomicBoolean scheduled = new AtomicBoolean();

  /**
   * @param nanoTime the clock, as {@link System#nanoTime}
   * @param schedule sees to it that an action is run every {@link #RENEWAL}; asked at the first
   *     request
   */
  RunningRequests(LongSupplier nanoTime, Consumer<Runnable> schedule) {
    this.nanoTime = nanoTime;
    this.schedule = schedule;
  }

  void begin(Reservation reservation) {
    begun.put(reservation, nanoTime.getAsLong());
    if (!scheduled.getAndSet(true)) {
      schedule.accept(this::renew);
    }
  }

  void end(Reservation reservation) {
    begun.remove(reservation);
  }

  int size() {
    return begun.size();
  }

  /** Renews the requests that have run for {@link #RENEWAL} or longer. */
  void renew() {
    long now = nanoTime.getAsLong();
    begun.forEach(
        (reservation, begin) -> {
          if (now - begin >= RENEWAL.toNanos()) {
            reservation.renew();
          }
        });
  }
}
