package dev.sluice.background;

import java.time.Instant;
import java.util.Optional;

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
  boolean confirmed;
  TaskStatus.State state = TaskStatus.State.PENDING;
  Optional<String> error;

  LocalTask(Lease lease, long number, Instant due) {
    this.task = lease.task();
    this.number = number;
    this.due = due;
    this.payload = lease.payload().orElse("");
    this.attempts = lease.attempt();
    this.owner = lease.owner();
    this.error = lease.lastError();
  }

  Lease lease() {
    return new Lease(task, attempts, owner).withPayload(payload).withLastError(error);
  }

  boolean isHeldBy(Lease lease) {
    return owner.equals(lease.owner()) && attempts == lease.attempt();
  }

  boolean isPending() {
    return state == TaskStatus.State.PENDING;
  }
}
