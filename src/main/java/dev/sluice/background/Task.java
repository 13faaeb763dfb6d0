package dev.sluice.background;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the store keeps of a task beside its payload.
 *
 * @param handler the name of its {@link TaskHandler}
 * @param timeout of one attempt
 * @param added when it was added, by the clock of the node that did
 * @param payloadLength bytes of its payload
 */
record Task(
    TaskId id,
    String handler,
    int maxAttempts,
    Optional<Duration> timeout,
    Instant added,
    int payloadLength) {

  Task withId(TaskId other) {
    return new Task(other, handler, maxAttempts, timeout, added, payloadLength);
  }

  /** For logs. */
  @Override
  public String toString() {
    return "task " + id + " (" + handler.substring(handler.lastIndexOf('.') + 1) + ")";
  }
}
