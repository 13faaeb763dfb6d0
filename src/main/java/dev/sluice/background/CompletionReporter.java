package dev.sluice.background;

import dev.sluice.background.Completion.Discarded;
import dev.sluice.redis.RedisException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells the store how claims ended, until it confirms. Threads that end tasks at the same time
 * share a call.
 */
final class CompletionReporter {

  private static final System.Logger LOG = System.getLogger(CompletionReporter.class.getName());
  private static final int BATCH = 200;

  private record Open(Completion ending, Runnable whenSettled) {}

  private final TaskStore store;
  private final Deque<Open> open = new ConcurrentLinkedDeque<>();
  private final ReentrantLock telling = new ReentrantLock();

  CompletionReporter(TaskStore store) {
    this.store = store;
  }

  /** To be told with the next flush. */
  void add(Completion ending, Runnable whenSettled) {
    open.add(new Open(ending, whenSettled));
  }

  /** Ids of the tasks whose ending the store has not confirmed. */
  List<String> unconfirmed() {
    return open.stream().map(each -> each.ending().id().value()).toList();
  }

  /**
   * Tells all that is open, unless another thread is doing that; what the store does not confirm
   * stays open.
   *
   * @return false if the store does not answer
   */
  boolean flush() {
    // Asked again after unlocking: what was added meanwhile found the lock taken.
    while (!open.isEmpty() && telling.tryLock()) {
      try {
        tell();
      } catch (RedisException e) {
        return false; // said already by the connection, once
      } finally {
        telling.unlock();
      }
    }
    return true;
  }

  private void tell() {
    List<Open> batch = new ArrayList<>();
    for (Open next = open.poll(); next != null; next = batch.size() < BATCH ? open.poll() : null) {
      batch.add(next);
    }
    boolean told = false;
    try {
      Set<Completion> refused = store.settle(batch.stream().map(Open::ending).toList());
      told = true;
      refused.stream()
          .filter(ending -> !(ending.outcome() instanceof Discarded)) // it may never have got there
          .forEach(
              ending ->
                  LOG.log(
                      Level.WARNING,
                      "Task {0} was not this node''s any more when it ended here; nothing was recorded",
                      ending.id()));
    } finally {
      if (!told) {
        for (int i = batch.size() - 1; i >= 0; i--) {
          open.addFirst(batch.get(i));
        }
      }
    }
    batch.forEach(each -> each.whenSettled().run());
  }
}
