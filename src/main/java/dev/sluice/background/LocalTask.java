package dev.sluice.background;

import java.time.Instant;
import java.util.Optional;

/** A task in the {@link LocalTaskStore}, which guards it. */
final class LocalTask {

  /** Orders those that are due at the same time. */
  final long number;

  Task task;

  /** When it is next due; when it is forgotten, if it has ended. */
  Instant due;

  int attempts;
  String owner = "";
  TaskStatus.State state = TaskStatus.State.PENDING;
  Optional<String> error = Optional.empty();

  LocalTask(Task task, long number, Instant due) {
    this.task = task;
    this.number = number;
    this.due = due;
  }

  boolean isHeld(String by, int attempt) {
    return owner.equals(by) && attempts == attempt;
  }

  /** It may be large, and is not needed any more. */
  void dropPayload() {
    task = new Task(task.id(), task.handler(), "", task.maxAttempts(), task.timeout());
  }
}
