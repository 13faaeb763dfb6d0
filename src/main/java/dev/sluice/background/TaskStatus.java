package dev.sluice.background;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far a task is.
 *
 * @param handler the name of its handler
 * @param attempts attempts so far, the present one included
 * @param maxAttempts the number of attempts after which it is dead
 * @param added when it was added, by the clock of the node that did
 * @param nextAttempt when it is next due, if it waits; empty while it waits for a node that has its
 *     handler
 * @param ended when it ended, if it has
 * @param progress what its handler said last, from 0 to 1
 * @param error why its last attempt failed
 */
public record TaskStatus(
    TaskId id,
    State state,
    String handler,
    int attempts,
    int maxAttempts,
    Instant added,
    Optional<Instant> nextAttempt,
    Optional<Instant> ended,
    OptionalDouble progress,
    Optional<String> error) {

  /** Where it stands. */
  public enum State {
    /** Waits until it is due, or for a node that takes it. */
    PENDING,
    /** Held by a node, which runs it or is about to. */
    RUNNING,
    /** Its handler returned. */
    DONE,
    /** Failed for good. */
    DEAD,
    /** Ended by {@link TaskQueue#cancel}. */
    CANCELLED;

    /** Whether it will not run any more, unless it is added again. */
    public boolean isEnd() {
      return this == DONE || this == DEAD || this == CANCELLED;
    }
  }
}
