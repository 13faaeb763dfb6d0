package dev.sluice.background;

import dev.sluice.background.Completion.Discarded;
import dev.sluice.background.Completion.Done;
import dev.sluice.redis.RedisException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Tells the store how leases ended, until it confirms. Threads that end tasks at the same time
 * share a call.
 */
final class CompletionReporter {

  private static final System.Logger LOG = System.getLogger(CompletionReporter.class.getName());
  private static final int BATCH = 200;

  private final TaskStore store;
  private final Consumer<Lease> confirmed;
  private final Deque<Completion> open = new ConcurrentLinkedDeque<>();
  private final ReentrantLock telling = new ReentrantLock();

  /**
   * @param confirmed gets each lease when the store knows how it ended
   */
  CompletionReporter(TaskStore store, Consumer<Lease> confirmed) {
    this.store = store;
    this.confirmed = confirmed;
  }

  /** To be told with the next flush. */
  void add(Completion completion) {
    open.add(completion);
  }

  /** Ids of the tasks whose end the store has not confirmed. */
  List<String> unconfirmed() {
    return open.stream().map(each -> each.id().value()).toList();
  }

  /**
   * Tells all that is open, unless another thread is doing that; what the store does not confirm
   * stays open.
   *
   * @return false if the store does not reply
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

  /** Runs an action while no completion is told. */
  void whileSilent(Runnable action) {
    telling.lock();
    try {
      action.run();
    } finally {
      telling.unlock();
    }
  }

  private void tell() {
    List<Completion> batch = new ArrayList<>();
    for (Completion next = open.poll();
        next != null;
        next = batch.size() < BATCH ? open.poll() : null) {
      batch.add(next);
    }
    boolean told = false;
    try {
      settle(batch);
      told = true;
    } finally {
      if (!told) {
        for (int i = batch.size() - 1; i >= 0; i--) {
          open.addFirst(batch.get(i));
        }
      }
    }
    batch.forEach(each -> confirmed.accept(each.lease()));
  }

  private void settle(List<Completion> batch) {
    NotApplied<Completion> notApplied = store.settle(batch);
    List<Completion> lost = notApplied.missing().stream().filter(this::goesOn).toList();
    if (!lost.isEmpty()) {
      store.restore(lost.stream().map(Completion::lease).toList());
      warn(lost, "was lost by its store, and is added again");
      store.settle(lost);
    }
    warn(
        notApplied.taken().stream()
            .filter(each -> !(each.outcome() instanceof Discarded)) // it may never have got there
            .toList(),
        "was not this node''s any more when it ended here; nothing was recorded");
  }

  /** Whether the task would be missed: it has not ended, and its payload is known here. */
  private boolean goesOn(Completion completion) {
    return !(completion.outcome() instanceof Done)
        && !(completion.outcome() instanceof Discarded)
        && completion.lease().payload().isPresent();
  }

  private static void warn(Collection<Completion> completions, String what) {
    completions.forEach(each -> LOG.log(Level.WARNING, "Task {0} " + what, each.id()));
  }
}
