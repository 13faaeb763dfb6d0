package dev.sluice.background;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A claim that this node holds, and how far it is with it. Times are {@code System.nanoTime}'s. */
final class Lease {

  private enum State {
    /** Waits: for its response, or for the renewal of its lease. */
    HELD,
    /** Waits for a thread. */
    QUEUED,
    RUNNING,
    /** Ended, or not this node's any more; at most the store has still to be told. */
    OVER
  }

  private final Claim claim;
  private final long since;
  private State state = State.HELD;
  private boolean released;
  private long leaseEnd;
  private long started;
  private @Nullable Thread thread;
  private boolean timedOut;
  private boolean lost;

  Lease(Claim claim, long since, long leaseEnd) {
    this.claim = claim;
    this.since = since;
    this.leaseEnd = leaseEnd;
  }

  Claim claim() {
    return claim;
  }

  /** True if it is not due yet: then anybody may claim it when it is, and nobody holds it now. */
  boolean isDelayed() {
    return claim.attempt() == 0;
  }

  /** The response is out: true the first time, if it is to be queued now. */
  synchronized boolean release() {
    if (released || state == State.OVER || isDelayed()) {
      return false;
    }
    released = true;
    state = State.QUEUED;
    return true;
  }

  synchronized boolean isOverdue(long now, long bound) {
    return !released && now - since > bound;
  }

  /** True if it had to be left because its lease was not certain, and may be queued again. */
  synchronized boolean renewed(long newLeaseEnd) {
    leaseEnd = newLeaseEnd;
    if (released && state == State.HELD) {
      state = State.QUEUED;
      return true;
    }
    return false;
  }

  /** True if the calling thread may do it now; not when it may be another node's by now. */
  synchronized boolean begin(long now) {
    if (state != State.QUEUED) {
      return false;
    }
    if (now - leaseEnd >= 0) {
      state = State.HELD;
      return false;
    }
    state = State.RUNNING;
    started = now;
    thread = Thread.currentThread();
    return true;
  }

  /** Interrupts it once, if it has run for longer than it may. */
  synchronized boolean interruptIfTimedOut(long now) {
    boolean late =
        thread != null
            && !timedOut
            && claim.task().timeout().filter(t -> now - started > t.toNanos()).isPresent();
    if (late) {
      timedOut = true;
      Optional.ofNullable(thread).ifPresent(Thread::interrupt);
    }
    return late;
  }

  synchronized boolean isTimedOut() {
    return timedOut;
  }

  /**
   * The calling thread has done it; from here on it is not interrupted in its name, and what the
   * attempt has left of an interrupt does not reach the call that tells the store.
   */
  synchronized void end() {
    thread = null;
    state = State.OVER;
    Thread.interrupted();
  }

  /** It is another's, or nobody's: true if it had not begun, and never will here. */
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
}
