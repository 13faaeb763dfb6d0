package dev.sluice.background;

import java.time.Duration;

/** What a handler may know of the attempt that it makes, and the ways to influence it. */
public interface TaskContext {

  /**
   * The task's id, the same in every attempt: the key with which a handler makes itself idempotent.
   */
  TaskId id();

  /** The number of this attempt, from 1. Attempts of nodes that died are counted. */
  int attempt();

  /** The number of attempts after which the task is dead. */
  int maxAttempts();

  /**
   * Whether the task has been cancelled: then the handler should return soon. After a handler has
   * seen that, the task is cancelled however the handler ends; until then it goes on as if nothing
   * had been asked.
   */
  boolean isCancelled();

  /**
   * Tells how far the attempt is. {@link TaskQueue#find} shows it within a second.
   *
   * @param fraction from 0 to 1
   * @throws IllegalArgumentException if the fraction is out of range
   */
  void progress(double fraction);

  /**
   * Lets the task run again later, at no cost: when the handler returns normally after this call,
   * the task is due again after {@code delay}, and this attempt is not counted. An exception of the
   * handler still counts as a failed attempt. The last call holds.
   *
   * @param delay 0 to 36,500 days
   * @throws IllegalArgumentException if the delay is out of range
   */
  void postpone(Duration delay);
}
