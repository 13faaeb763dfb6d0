package dev.sluice.background;

import java.time.Duration;
import java.util.Optional;

/** The context of one attempt; used by the thread that makes it. */
final class AttemptContext implements TaskContext {

  private final Lease lease;
  private volatile Optional<Duration> postponed = Optional.empty();

  AttemptContext(Lease lease) {
    this.lease = lease;
  }

  @Override
  public TaskId id() {
    return lease.id();
  }

  @Override
  public int attempt() {
    return lease.attempt();
  }

  @Override
  public int maxAttempts() {
    return lease.task().maxAttempts();
  }

  @Override
  public void postpone(Duration delay) {
    postponed = Optional.of(TaskOptions.checkDelay(delay));
  }

  /** By how much the handler has postponed the task. */
  Optional<Duration> postponed() {
    return postponed;
  }
}
