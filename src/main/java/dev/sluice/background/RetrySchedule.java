package dev.sluice.background;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * When a failed task is due again: twice as late after each attempt, between half and the whole of
 * that ("equal jitter"), so that tasks that failed together do not come back together.
 *
 * @param first before the second attempt, at the most
 * @param longest before any attempt
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">M.
 *     Brooker: Exponential Backoff And Jitter</a>
 */
record RetrySchedule(Duration first, Duration longest, RandomGenerator random) {

  /** From a second to ten minutes. */
  static RetrySchedule standard() {
    return new RetrySchedule(Duration.ofSeconds(1), Duration.ofMinutes(10), new Random());
  }

  /** The wait after this attempt has failed. */
  Duration after(int attempt) {
    double exponential = first.toMillis() * Math.pow(2, attempt - 1.0);
    long whole = (long) Math.min(exponential, (double) longest.toMillis());
    return Duration.ofMillis(whole - random.nextLong(whole / 2 + 1));
  }
}
