package dev.sluice.execution;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A bounded executor on the container's threads: it runs a limited amount of work at once and
 * admits a limited amount, in the order of admission. (A container's own queue is unbounded on one
 * server and a few hundred long on the next, and an application may not shut it down.) It keeps the
 * name of all work, so that {@link #close} returns what was abandoned. Work leaves nothing behind
 * on its thread: name, context class loader and interrupt flag are restored after it.
 */
public final class TrackedExecutor {

  private static final System.Logger LOG = System.getLogger(TrackedExecutor.class.getName());

  /** What is to be done, or is done by a thread. */
  private static final class Work {
    private final String name;
    private final Runnable body;
    private @Nullable Thread thread;

    Work(String name, Runnable body) {
      this.name = name;
      this.body = body;
    }
  }

  private final Executor threads;
  private final int concurrency;
  private final int capacity;
  private final Duration linger;
  private final Queue<Work> waiting = new ArrayDeque<>();
  private final Set<Work> running = new LinkedHashSet<>();
  private int workers;
  private int awaitingIdle;
  private boolean closed;

  /**
   * @param threads runs a worker on a thread of the container
   * @param concurrency how much may run at once, from 1
   * @param capacity how much may run or wait, from {@code concurrency}
   * @param linger how long an idle thread waits for more before the container has it back: to get a
   *     thread can cost more than a small task (Payara searches the class path for services)
   */
  public TrackedExecutor(Executor threads, int concurrency, int capacity, Duration linger) {
    this.threads = threads;
    this.concurrency = concurrency;
    this.capacity = Math.max(capacity, concurrency);
    this.linger = linger;
    Objects.requireNonNull(Work.class); // loads it: close() needs it, and then Liberty loads none
  }

  /** Admits this work unless so much already runs or waits. */
  public synchronized boolean offer(String name, Runnable body, int most) {
    if (closed || running.size() + waiting.size() >= most) {
      return false;
    }
    execute(name, body);
    return true;
  }

  /**
   * Admits this work beyond the capacity too: for what was promised while there was room.
   *
   * @throws RejectedExecutionException when it is closed
   */
  public synchronized void execute(String name, Runnable body) {
    if (closed) {
      throw new RejectedExecutionException(name + ": this executor is closed");
    }
    waiting.add(new Work(name, body));
    wake();
    startWorker();
  }

  /** Wakes one idle thread; all, if a caller of {@link #awaitIdle} waits with them. */
  private void wake() {
    if (awaitingIdle > 0) {
      notifyAll();
    } else {
      notify();
    }
  }

  /** How much may run at once. */
  public int concurrency() {
    return concurrency;
  }

  /** How much may run or wait. */
  public int capacity() {
    return capacity;
  }

  public synchronized boolean isFull() {
    return closed || running.size() + waiting.size() >= capacity;
  }

  /** How many more would run at once, if offered now. */
  public synchronized int idle() {
    return closed ? 0 : Math.max(0, concurrency - running.size() - waiting.size());
  }

  /** Starts what waits because the container gave no thread for it earlier. */
  public synchronized void nudge() {
    startWorker();
  }

  private void startWorker() {
    if (workers >= concurrency || workers >= running.size() + waiting.size()) {
      return;
    }
    workers++;
    try {
      threads.execute(this::work);
    } catch (RuntimeException e) { // a container that stops says so in its own words
      // The work keeps its place: the next worker that is free, or the next nudge, comes to it.
      workers--;
      LOG.log(Level.DEBUG, "The container has no thread for background work now", e);
    }
  }

  private void work() {
    Thread thread = Thread.currentThread();
    String name = thread.getName();
    ClassLoader loader = thread.getContextClassLoader();
    for (Work next = begin(); next != null; next = begin()) {
      try {
        next.body.run();
      } catch (RuntimeException | Error e) {
        LOG.log(Level.ERROR, next.name + " failed", e);
      } finally {
        end(next);
        thread.setName(name);
        thread.setContextClassLoader(loader);
      }
    }
  }

  private synchronized @Nullable Work begin() {
    awaitWhile(() -> waiting.isEmpty() && !closed, linger);
    Work next = waiting.poll();
    if (next == null) {
      workers--;
      return null;
    }
    next.thread = Thread.currentThread();
    running.add(next);
    return next;
  }

  /** What is left of an interrupt is not for the next work. */
  private synchronized void end(Work work) {
    running.remove(work);
    Thread.interrupted();
    if (awaitingIdle > 0) {
      notifyAll();
    }
  }

  /**
   * Waits until all that was admitted has ended, at most for {@code bound}.
   *
   * @return whether it has; false at once if the thread is interrupted, and stays so
   */
  public synchronized boolean awaitIdle(Duration bound) {
    awaitingIdle++;
    awaitWhile(() -> !isIdle(), bound);
    awaitingIdle--;
    return isIdle();
  }

  private boolean isIdle() {
    return waiting.isEmpty() && running.isEmpty();
  }

  private void awaitWhile(BooleanSupplier unchanged, Duration bound) {
    long end = System.nanoTime() + bound.toNanos();
    try {
      for (long left = bound.toNanos();
          left > 0 && unchanged.getAsBoolean();
          left = end - System.nanoTime()) {
        wait(left / 1_000_000 + 1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Ends the admission of work and the start of what waits.
   *
   * @return the names of what waited
   */
  public synchronized List<String> close() {
    closed = true;
    notifyAll();
    List<String> abandoned = waiting.stream().map(work -> work.name).toList();
    waiting.clear();
    return abandoned;
  }

  /** Interrupts the threads of what runs under this name. */
  public synchronized void interrupt(String name) {
    for (Work work : running) {
      if (work.thread != null && work.name.equals(name)) {
        work.thread.interrupt();
      }
    }
  }

  /** Returns the names of what runs. */
  public synchronized List<String> running() {
    return running.stream().map(work -> work.name).toList();
  }
}
