package dev.sluice.background;

import java.util.Optional;

/**
 * A CDI event about an attempt at a task, fired on the thread that makes it. An attempt that is
 * handed back, postponed or cancelled fires {@link Kind#STARTED} only. An exception of an observer
 * is logged and changes nothing for the task.
 *
 * @param attempt from 1
 * @param error why the attempt failed
 */
public record TaskEvent(Kind kind, TaskId id, String handler, int attempt, Optional<String> error) {

  /** What happens. */
  public enum Kind {
    /** The handler is about to be called. */
    STARTED,
    /** The handler has returned. */
    SUCCEEDED,
    /** The attempt has failed, and another one follows. */
    FAILED,
    /** The task has failed for good. */
    DEAD
  }
}
