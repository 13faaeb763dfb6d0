package dev.sluice.execution;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;

/**
 * Repeats one action at a fixed interval on a thread of its own, so that no other timer of the host
 * can delay it. Neither a failure of the action nor an interrupt ends it; only {@link #stop} does.
 */
public final class Heartbeat implements Runnable {

  private static final System.Logger LOG = System.getLogger(Heartbeat.class.getName());

  private final Runnable action;
  private final Duration interval;
  private boolean stopped;

  private Heartbeat(Duration interval, Runnable action) {
    this.interval = interval;
    this.action = action;
  }

  /**
   * Starts a thread that runs {@code action} after each {@code interval}.
   *
   * @param threads the container's {@code ManagedThreadFactory}
   * @throws IllegalStateException if the container gives no thread
   */
  public static Heartbeat start(ThreadFactory threads, Duration interval, Runnable action) {
    Heartbeat heartbeat = new Heartbeat(interval, action);
    Thread thread = threads.newThread(heartbeat);
    if (thread == null) {
      throw new IllegalStateException("The container gives no thread for the heartbeat");
    }
    thread.setDaemon(true);
    thread.start();
    return heartbeat;
  }

  /** The loop of the thread. */
  @Override
  public void run() {
    while (awaitNext()) {
      try {
        action.run();
      } catch (RuntimeException | Error e) {
        LOG.log(Level.ERROR, "A heartbeat failed; the next one follows", e);
      }
    }
  }

  private synchronized boolean awaitNext() {
    long end = System.nanoTime() + interval.toNanos();
    for (long left = interval.toNanos(); left > 0 && !stopped; left = end - System.nanoTime()) {
      try {
        wait(left / 1_000_000 + 1);
      } catch (InterruptedException e) {
        // A stopping container may interrupt its threads early; leases still need their renewal.
        LOG.log(Level.DEBUG, "The heartbeat ignores an interrupt", e);
      }
    }
    return !stopped;
  }

  /** Ends the thread after the action that runs now, if one runs. */
  public synchronized void stop() {
    stopped = true;
    notifyAll();
  }
}
