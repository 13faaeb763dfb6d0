package dev.sluice.background;

import java.time.Duration;
import java.util.Optional;

/**
 * How a task is to be treated. Begin with {@link #defaults()} and change what differs.
 *
 * @param delay how long after being added it is due, 0 to 36,500 days; a delayed task does not wait
 *     for the response beyond that
 * @param maxAttempts how often it is tried, from 1; absent: {@code sluice.tasks.max-attempts}
 * @param timeout when an attempt's thread is interrupted, 1 ms to 36,500 days; the attempt has then
 *     failed as soon as the handler returns. Absent: never
 * @param idempotencyKey a second task with the same handler and key is the same task, until the
 *     first has been ended for {@code sluice.tasks.retention}. Its id can be guessed by whoever can
 *     guess the key
 */
public record TaskOptions(
    Duration delay,
    Optional<Integer> maxAttempts,
    Optional<Duration> timeout,
    Optional<String> idempotencyKey,
    When when,
    IfStoreDown ifStoreDown) {

  /** What becomes of a task when its request fails. */
  public enum When {
    /** Dropped if the answer is 400 or more, or the transaction it was added in did not commit. */
    ON_SUCCESS,
    /** Runs in any case. */
    ALWAYS
  }

  /** What becomes of a task that Redis does not take: it does not answer, or the queue is full. */
  public enum IfStoreDown {
    /** {@link TaskRejectedException}: the request is answered 503. */
    REJECT,
    /** Runs on this node, and is lost with it. */
    LOCAL
  }

  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private static final TaskOptions DEFAULTS =
      new TaskOptions(
          Duration.ZERO,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          When.ON_SUCCESS,
          IfStoreDown.REJECT);

  /**
   * @throws IllegalArgumentException if a number is out of range
   */
  public TaskOptions {
    if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("delay " + delay + ": expected 0 to 36,500 days");
    }
    if (maxAttempts.filter(n -> n < 1).isPresent()) {
      throw new IllegalArgumentException(
          "maxAttempts " + maxAttempts.get() + ": expected 1 or more");
    }
    if (timeout.filter(t -> t.compareTo(SHORTEST) < 0 || t.compareTo(LONGEST) > 0).isPresent()) {
      throw new IllegalArgumentException(
          "timeout " + timeout.get() + ": expected 1 ms to 36,500 days");
    }
  }

  /**
   * Due at once, tried as often as the settings say, after success only, never on this node only.
   */
  public static TaskOptions defaults() {
    return DEFAULTS;
  }

  public TaskOptions withDelay(Duration value) {
    return new TaskOptions(value, maxAttempts, timeout, idempotencyKey, when, ifStoreDown);
  }

  public TaskOptions withMaxAttempts(int value) {
    return new TaskOptions(delay, Optional.of(value), timeout, idempotencyKey, when, ifStoreDown);
  }

  public TaskOptions withTimeout(Duration value) {
    return new TaskOptions(
        delay, maxAttempts, Optional.of(value), idempotencyKey, when, ifStoreDown);
  }

  public TaskOptions withIdempotencyKey(String value) {
    return new TaskOptions(delay, maxAttempts, timeout, Optional.of(value), when, ifStoreDown);
  }

  public TaskOptions withWhen(When value) {
    return new TaskOptions(delay, maxAttempts, timeout, idempotencyKey, value, ifStoreDown);
  }

  public TaskOptions withIfStoreDown(IfStoreDown value) {
    return new TaskOptions(delay, maxAttempts, timeout, idempotencyKey, when, value);
  }
}
