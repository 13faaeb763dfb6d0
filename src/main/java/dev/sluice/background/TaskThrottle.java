package dev.sluice.background;

import java.time.Duration;

/** Decides whether a task of a {@link Throttled} handler may begin. A CDI bean implements it. */
public interface TaskThrottle {

  /** The outcome for one task. */
  sealed interface Admission {}

  /**
   * The task may begin.
   *
   * @param end runs when it has ended
   */
  record Admitted(Runnable end) implements Admission {}

  /** The task may begin after this delay, if no other does until then. */
  record Delayed(Duration delay) implements Admission {}

  /**
   * Decides on one task, and charges it if it may begin.
   *
   * @throws IllegalArgumentException if there is no such policy
   */
  Admission admit(String policy);
}
