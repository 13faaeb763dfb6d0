package dev.sluice.background;

import dev.sluice.redis.RedisException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Requests that wait until a task has ended. Its owner calls {@link #tick} at intervals. */
final class TaskWaits {

  /** Requests that wait at a time at the most; each costs a call a tick. */
  static final int MOST = 100;

  private record Wait(TaskId id, long until, Runnable end) {}

  private final Function<TaskId, Optional<TaskStatus>> find;
  private final LongSupplier nanoTime;
  private final Queue<Wait> waits = new ConcurrentLinkedQueue<>();

  /**
   * @param find asks the store; may throw as it does
   */
  TaskWaits(Function<TaskId, Optional<TaskStatus>> find, LongSupplier nanoTime) {
    this.find = find;
    this.nanoTime = nanoTime;
  }

  boolean isFull() {
    return waits.size() >= MOST;
  }

  /** Runs {@code end} when the task has ended, or after {@code bound}. */
  void add(TaskId id, Duration bound, Runnable end) {
    waits.add(new Wait(id, nanoTime.getAsLong() + bound.toNanos(), end));
  }

  /** Ends the waits that are over. While the store does not reply only the bounds count. */
  void tick() {
    boolean replies = true;
    for (Iterator<Wait> each = waits.iterator(); each.hasNext(); ) {
      Wait wait = each.next();
      boolean isOver = nanoTime.getAsLong() - wait.until() >= 0;
      if (!isOver && replies) {
        try {
          isOver = find.apply(wait.id()).filter(task -> !task.state().isEnd()).isEmpty();
        } catch (RedisException | TaskRejection e) {
          replies = false;
        }
      }
      if (isOver) {
        each.remove();
        wait.end().run();
      }
    }
  }
}
