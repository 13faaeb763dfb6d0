package dev.sluice.background;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/** A task in the {@link LocalTaskStore}, which guards it. */
final class LocalTask {

  final Task task;

  /** Orders those that are due at the same time. */
  final long number;

  String payload;

  /** When it is next due; when it is forgotten, if it has ended. */
  Instant due;

  int attempts;
  String owner;

  /** Whether its holder is known to have begun the attempt. */
  boolean begun;

  boolean confirmed;
  boolean cancelled;
  OptionalDouble progress = OptionalDouble.empty();
  Optional<Instant> ended = Optional.empty();
  TaskStatus.State state = TaskStatus.State.PENDING;
  Optional<String> error;

  LocalTask(Lease lease, long number, Instant due) {
    this.task = lease.task();
    this.number = number;
    this.due = due;
    this.payload = lease.payload().orElse("");
    this.attempts = lease.attempt();
    this.owner = lease.owner();
    this.begun = lease.hasBegun();
    this.error = lease.lastError();
  }

  Lease lease() {
    return new Lease(task, attempts, owner).withPayload(payload).withLastError(error);
  }

  boolean isHeldBy(Lease lease) {
    return owner.equals(lease.owner()) && attempts == lease.attempt();
  }

  /** Whether it has not ended. */
  boolean isPending() {
    return !state.isEnd();
  }

  boolean isHeld() {
    return isPending() && attempts > 0 && !owner.isEmpty();
  }

  TaskStatus status() {
    return new TaskStatus(
        task.id(),
        isHeld() ? TaskStatus.State.RUNNING : state,
        task.handler(),
        Math.min(attempts, task.maxAttempts()),
        task.maxAttempts(),
        task.added(),
        isPending() && !isHeld() ? Optional.of(due) : Optional.empty(),
        ended,
        progress,
        error);
  }
}
