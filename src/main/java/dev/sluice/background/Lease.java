package dev.sluice.background;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A task that this node holds, and how far it is with it. The store recognises its holder by {@link
 * #owner} and {@link #attempt}. Times are {@code System.nanoTime}'s.
 */
final class Lease {

  private enum State {
    /** Waits: for its payload, for its response, or for the renewal of its lease. */
    HELD,
    /** Waits for a thread. */
    QUEUED,
    RUNNING,
    /** Ended, or another node's; at most the store has still to be told. */
    OVER
  }

  private final Task task;
  private final int attempt;
  private final String owner;
  private volatile Optional<String> payload = Optional.empty();
  private volatile Optional<String> lastError = Optional.empty();
  private State state = State.HELD;
  private boolean released;
  private long since;
  private long end;
  private long started;
  private @Nullable Thread thread;
  private boolean timedOut;
  private boolean stopped;
  private boolean lost;
  private volatile boolean cancelled;
  private volatile OptionalDouble progress = OptionalDouble.empty();
  private volatile OptionalDouble toldProgress = OptionalDouble.empty();

  /**
   * @param attempt from 1; 0 for a delayed task, which nobody holds before it is due
   * @param owner the fencing token: differs for every call that ever added or claimed
   */
  Lease(Task task, int attempt, String owner) {
    this.task = task;
    this.attempt = attempt;
    this.owner = owner;
  }

  Task task() {
    return task;
  }

  TaskId id() {
    return task.id();
  }

  int attempt() {
    return attempt;
  }

  String owner() {
    return owner;
  }

  /** Empty until it has been read. */
  Optional<String> payload() {
    return payload;
  }

  Lease withPayload(String json) {
    payload = Optional.of(json);
    return this;
  }

  /** Why the attempt before this one failed. */
  Optional<String> lastError() {
    return lastError;
  }

  Lease withLastError(Optional<String> error) {
    lastError = error;
    return this;
  }

  boolean isDelayed() {
    return attempt == 0;
  }

  boolean isLastAttempt() {
    return attempt >= task.maxAttempts();
  }

  /** Whether all attempts were used before this one, by nodes that died. */
  boolean isExhausted() {
    return attempt > task.maxAttempts();
  }

  /**
   * Begins to hold it.
   *
   * @param now a time before the store was asked for it
   */
  synchronized void hold(long now, Duration length) {
    since = now;
    end = now + length.toNanos();
  }

  /** The response has been sent, or the payload read: true if it is to be queued now. */
  synchronized boolean release() {
    if (released || state == State.OVER || isDelayed()) {
      return false;
    }
    released = true;
    state = State.QUEUED;
    return true;
  }

  synchronized boolean isUnread() {
    return state == State.HELD && payload.isEmpty();
  }

  synchronized boolean isOverdue(long now, Duration bound) {
    return !released && payload.isPresent() && now - since > bound.toNanos();
  }

  /** Extends it; true if the task did not start because its lease was uncertain, and now may. */
  synchronized boolean renew(long newEnd) {
    end = newEnd;
    if (released && state == State.HELD) {
      state = State.QUEUED;
      return true;
    }
    return false;
  }

  /** True if the calling thread may start it now; not when it may be another node's by now. */
  synchronized boolean begin(long now) {
    if (state != State.QUEUED) {
      return false;
    }
    if (now - end >= 0) {
      state = State.HELD;
      return false;
    }
    state = State.RUNNING;
    started = now;
    thread = Thread.currentThread();
    return true;
  }

  /** Whether an attempt runs. */
  synchronized boolean hasBegun() {
    return state == State.RUNNING;
  }

  /** Interrupts it once, if it has run for longer than it may. */
  synchronized boolean interruptIfTimedOut(long now) {
    boolean late =
        thread != null
            && !timedOut
            && task.timeout().filter(t -> now - started > t.toNanos()).isPresent();
    if (late) {
      timedOut = true;
      interrupt();
    }
    return late;
  }

  /** Interrupts it if it runs, because the node stops. */
  synchronized void interruptToStop() {
    if (thread != null) {
      stopped = true;
      interrupt();
    }
  }

  private void interrupt() {
    Optional.ofNullable(thread).ifPresent(Thread::interrupt);
  }

  synchronized boolean isTimedOut() {
    return timedOut;
  }

  synchronized boolean isStopped() {
    return stopped;
  }

  /**
   * The calling thread has ended the attempt: it is not interrupted for it any more, and an
   * interrupt that is left does not reach the call that tells the store.
   */
  synchronized void end() {
    thread = null;
    state = State.OVER;
    Thread.interrupted();
  }

  /** It is another node's: true if it had not begun, and never will here. */
  synchronized boolean lose() {
    lost = true;
    return withdraw();
  }

  synchronized boolean isLost() {
    return lost;
  }

  /** True if it had not begun, and never will here. */
  synchronized boolean withdraw() {
    if (state == State.HELD || state == State.QUEUED) {
      state = State.OVER;
      return true;
    }
    return false;
  }

  /** Asks it to end: true if it had not begun, and never will here. */
  boolean cancel() {
    cancelled = true;
    return withdraw();
  }

  boolean isCancelled() {
    return cancelled;
  }

  void progress(double fraction) {
    progress = OptionalDouble.of(fraction);
  }

  OptionalDouble progress() {
    return progress;
  }

  /** The progress if it has changed since it was asked for. */
  OptionalDouble newProgress() {
    OptionalDouble now = progress;
    boolean isNew = !now.equals(toldProgress);
    toldProgress = now;
    return isNew ? now : OptionalDouble.empty();
  }

  /** For logs. */
  @Override
  public String toString() {
    return task.toString();
  }
}
