package dev.sluice.background;

import java.time.Duration;
import java.util.Optional;

/** The context of one attempt; used by the thread that makes it. */
final class AttemptContext implements TaskContext {

  private final Lease lease;
  private volatile boolean cancellationSeen;
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
  public boolean isCancelled() {
    boolean cancelled = lease.isCancelled();
    cancellationSeen |= cancelled;
    return cancelled;
  }

  /** Whether the handler knows that the task is cancelled. */
  boolean isCancellationSeen() {
    return cancellationSeen;
  }

  @Override
  public void progress(double fraction) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException("progress " + fraction + ": expected 0 to 1");
    }
    lease.progress(fraction);
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
