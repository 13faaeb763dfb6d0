package dev.sluice.background;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * When a failed task is due again: the delay doubles with each attempt, and is shortened by up to a
 * half at random ("equal jitter"), so that tasks that failed together do not come back together.
 *
 * @param first longest delay before the second attempt
 * @param longest longest delay before any attempt
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">M.
 *     Brooker: Exponential Backoff And Jitter</a>
 */
record RetrySchedule(Duration first, Duration longest, RandomGenerator random) {

  RetrySchedule(Duration first, Duration longest) {
    this(first, longest, new Random());
  }

  /** From a second to ten minutes. */
  static RetrySchedule standard() {
    return new RetrySchedule(Duration.ofSeconds(1), Duration.ofMinutes(10));
  }

  /** The delay after this attempt has failed. */
  Duration after(int attempt) {
    double exponential = first.toMillis() * Math.pow(2, attempt - 1.0);
    long whole = (long) Math.min(exponential, (double) longest.toMillis());
    return Duration.ofMillis(whole - random.nextLong(whole / 2 + 1));
  }
}
