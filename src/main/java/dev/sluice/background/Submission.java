package dev.sluice.background;

import java.time.Duration;

/**
 * A task to be added.
 *
 * @param payload JSON
 */
record Submission(Task task, String payload, TaskOptions options) {

  TaskId id() {
    return task.id();
  }

  Duration delay() {
    return options.delay();
  }

  Submission withId(TaskId id) {
    return new Submission(task.withId(id), payload, options);
  }

  boolean isDelayed() {
    return delay().toMillis() > 0;
  }

  /** The lease that adding it makes: of its first attempt, or of none yet. */
  Lease lease(String owner) {
    return new Lease(task, isDelayed() ? 0 : 1, owner).withPayload(payload);
  }
}
