package dev.sluice.background;

import java.util.Optional;

/**
 * How far a task is.
 *
 * @param attempts how often it was claimed, the present attempt included
 * @param error why its last attempt failed
 */
public record TaskStatus(TaskId id, State state, int attempts, Optional<String> error) {

  /** Where it stands. */
  public enum State {
    /** Not due yet, due, or held by a node. */
    PENDING,
    /** Its handler returned. */
    DONE,
    /** Given up after its last attempt. */
    DEAD
  }
}
