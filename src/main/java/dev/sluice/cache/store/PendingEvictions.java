package dev.sluice.cache.store;

import dev.sluice.redis.RedisUnavailableException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Evictions that Redis did not take; when they become too many, everything goes instead. */
public final class PendingEvictions {

  private final int most;
  private final Supplier<List<Eviction>> everything;
  private final Set<Eviction> pending = new LinkedHashSet<>();
  private final ReentrantLock replaying = new ReentrantLock();
  private volatile boolean any;

  /**
   * @param everything what to evict in place of more than {@code most}
   */
  public PendingEvictions(int most, Supplier<List<Eviction>> everything) {
    this.most = most;
    this.everything = everything;
  }

  public void add(Eviction eviction) {
    synchronized (pending) {
      pending.add(eviction);
      if (pending.size() > most) {
        pending.clear();
        pending.addAll(everything.get());
      }
      any = true;
    }
  }

  /**
   * Gives them to the store, the oldest first.
   *
   * @return whether none is left; if another thread is about it, there is
   * @throws RedisUnavailableException at the first that it does not take; the rest stay
   */
  public boolean replay(EntryStore store) {
    if (!any) {
      return true;
    }
    if (!replaying.tryLock()) {
      return false;
    }
    try {
      for (Eviction next : snapshot()) {
        store.evict(next);
        synchronized (pending) {
          pending.remove(next);
          any = !pending.isEmpty();
        }
      }
      return !any;
    } finally {
      replaying.unlock();
    }
  }

  private List<Eviction> snapshot() {
    synchronized (pending) {
      return List.copyOf(pending);
    }
  }
}
