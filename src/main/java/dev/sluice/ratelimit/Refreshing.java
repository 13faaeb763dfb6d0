package dev.sluice.ratelimit;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A value that is read again from the settings every few seconds, so that changed limits take
 * effect while the application runs.
 */
final class Refreshing<T> {

  static final Duration PERIOD = Duration.ofSeconds(5);

  private static final System.Logger LOG = System.getLogger(RateLimiter.class.getName());

  private final Supplier<T> source;
  private final LongSupplier nanoTime;
  private final AtomicLong due;
  private volatile T value;

  /**
   * @param source reads the value
   * @param nanoTime the clock, as {@link System#nanoTime}
   * @throws IllegalArgumentException if the settings are wrong
   */
  Refreshing(Supplier<T> source, LongSupplier nanoTime) {
    this.source = source;
    this.nanoTime = nanoTime;
    value = source.get();
    due = new AtomicLong(nanoTime.getAsLong() + PERIOD.toNanos());
  }

  /** Returns the value, at most {@link #PERIOD} old; while the settings are wrong, the last one. */
  T get() {
    long now = nanoTime.getAsLong();
    long time = due.get();
    if (now - time >= 0 && due.compareAndSet(time, now + PERIOD.toNanos())) {
      try {
        value = source.get();
      } catch (IllegalArgumentException e) {
        LOG.log(Level.ERROR, "A changed limit is wrong; the one before it applies: {0}", e);
      }
    }
    return value;
  }
}
