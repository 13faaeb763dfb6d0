package dev.sluice.background;

import java.time.Duration;

/** The core's word for {@link TaskRefusedException}; knows nothing of HTTP. */
final class TaskRefusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  private TaskRefusal(String reason, Duration retryAfter) {
    super("No background task can be taken now: " + reason, null, false, false);
    this.retryAfter = retryAfter;
  }

  static TaskRefusal queueFull() {
    return new TaskRefusal("too many are waiting.", Duration.ofSeconds(1));
  }

  static TaskRefusal nodeFull() {
    return new TaskRefusal("this node is busy.", Duration.ofSeconds(1));
  }

  static TaskRefusal storeDown() {
    return new TaskRefusal("their store does not answer.", Duration.ofSeconds(2));
  }

  static TaskRefusal stopping() {
    return new TaskRefusal("this node is stopping.", Duration.ofSeconds(1));
  }

  Duration retryAfter() {
    return retryAfter;
  }
}
