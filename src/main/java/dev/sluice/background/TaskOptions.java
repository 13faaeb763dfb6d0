package dev.sluice.background;

import java.time.Duration;
import java.util.Optional;

/**
 * How a task is to be treated. Begin with {@link #defaults()} and change what differs.
 *
 * @param delay the time between being added and being due, 0 to 36,500 days; a delayed task does
 *     not wait for the response beyond that
 * @param maxAttempts the number of attempts after which the task is dead, from 1; empty: that of
 *     the handler's {@link TaskRetry}, or else {@code sluice.tasks.max-attempts}
 * @param timeout the time after which the thread of an attempt is interrupted, 1 ms to 36,500 days;
 *     the attempt has then failed as soon as the handler returns. Empty: never
 * @param idempotencyKey makes a second task with the same handler and key a duplicate, which
 *     returns the id of the first. The id can be guessed by anyone who can guess the key
 * @param keyScope the time for which the key makes duplicates
 * @param when the requests and transactions after which the task runs
 * @param ifStoreDown what becomes of the task if Redis does not take it
 */
public record TaskOptions(
    Duration delay,
    Optional<Integer> maxAttempts,
    Optional<Duration> timeout,
    Optional<String> idempotencyKey,
    KeyScope keyScope,
    When when,
    IfStoreDown ifStoreDown) {

  /** The time for which an idempotency key makes duplicates of further tasks. */
  public enum KeyScope {
    /** Until the first task has been ended for its retention: at most one of them runs. */
    UNTIL_FORGOTTEN,
    /** Until the first task is done or dead: at most one of them waits or runs at a time. */
    UNTIL_ENDED
  }

  /** What becomes of a task when its request fails. */
  public enum When {
    /** Dropped if the response is 400 or more, or the transaction it was added in rolls back. */
    ON_SUCCESS,
    /** Runs in any case. */
    ALWAYS
  }

  /** What becomes of a task that Redis does not take: it does not reply, or the queue is full. */
  public enum IfStoreDown {
    /** {@link TaskRejectedException}: the response is 503. */
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
          KeyScope.UNTIL_FORGOTTEN,
          When.ON_SUCCESS,
          IfStoreDown.REJECT);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a number is out of range
   */
  public TaskOptions {
    checkDelay(delay);
    if (maxAttempts.filter(n -> n < 1).isPresent()) {
      throw new IllegalArgumentException(
          "maxAttempts " + maxAttempts.get() + ": expected 1 or more");
    }
    if (timeout.filter(t -> t.compareTo(SHORTEST) < 0 || t.compareTo(LONGEST) > 0).isPresent()) {
      throw new IllegalArgumentException(
          "timeout " + timeout.get() + ": expected 1 ms to 36,500 days");
    }
  }

  static Duration checkDelay(Duration delay) {
    if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("delay " + delay + ": expected 0 to 36,500 days");
    }
    return delay;
  }

  /**
   * Returns the options of a task that is due at once, has no time-out and no key, runs after
   * success only, and only where all nodes share it.
   */
  public static TaskOptions defaults() {
    return DEFAULTS;
  }

  public TaskOptions withDelay(Duration value) {
    return new TaskOptions(
        value, maxAttempts, timeout, idempotencyKey, keyScope, when, ifStoreDown);
  }

  public TaskOptions withMaxAttempts(int value) {
    return new TaskOptions(
        delay, Optional.of(value), timeout, idempotencyKey, keyScope, when, ifStoreDown);
  }

  public TaskOptions withTimeout(Duration value) {
    return new TaskOptions(
        delay, maxAttempts, Optional.of(value), idempotencyKey, keyScope, when, ifStoreDown);
  }

  /** Sets a key that makes duplicates until the first task is forgotten. */
  public TaskOptions withIdempotencyKey(String value) {
    return withIdempotencyKey(value, KeyScope.UNTIL_FORGOTTEN);
  }

  public TaskOptions withIdempotencyKey(String value, KeyScope scope) {
    return new TaskOptions(
        delay, maxAttempts, timeout, Optional.of(value), scope, when, ifStoreDown);
  }

  public TaskOptions withWhen(When value) {
    return new TaskOptions(
        delay, maxAttempts, timeout, idempotencyKey, keyScope, value, ifStoreDown);
  }

  public TaskOptions withIfStoreDown(IfStoreDown value) {
    return new TaskOptions(delay, maxAttempts, timeout, idempotencyKey, keyScope, when, value);
  }
}
