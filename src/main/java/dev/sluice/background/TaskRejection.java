package dev.sluice.background;

import java.time.Duration;

/** A rejection, inside this package; {@link TaskRejectedException} is its form for HTTP. */
final class TaskRejection extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  private TaskRejection(String reason, Duration retryAfter) {
    super("No background task can be taken now: " + reason, null, false, false);
    this.retryAfter = retryAfter;
  }

  static TaskRejection queueFull() {
    return new TaskRejection("too many are waiting.", Duration.ofSeconds(1));
  }

  static TaskRejection nodeFull() {
    return new TaskRejection("this node is busy.", Duration.ofSeconds(1));
  }

  static TaskRejection storeDown() {
    return new TaskRejection("their store does not reply.", Duration.ofSeconds(2));
  }

  static TaskRejection stopping() {
    return new TaskRejection("this node is stopping.", Duration.ofSeconds(1));
  }

  Duration retryAfter() {
    return retryAfter;
  }
}
