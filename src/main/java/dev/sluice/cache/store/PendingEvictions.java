package dev.sluice.cache.store;

import dev.sluice.redis.RedisException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The evictions that Redis did not take. Beyond a bound they are replaced by evictions of all
 * caches.
 */
final class PendingEvictions {

  private final int bound;
  private final Supplier<List<Eviction>> everything;
  private final ReentrantLock replaying = new ReentrantLock();

  /** Each with its number: an eviction that is added again during its replay stays. */
  private final Map<Eviction, Long> pending = new LinkedHashMap<>();

  private long added;
  private volatile boolean any;

  /**
   * @param everything the evictions that replace more than {@code bound} others
   */
  PendingEvictions(int bound, Supplier<List<Eviction>> everything) {
    this.bound = bound;
    this.everything = everything;
  }

  void add(Eviction eviction) {
    synchronized (pending) {
      pending.put(eviction, added++);
      if (pending.size() > bound) {
        pending.clear();
        everything.get().forEach(each -> pending.put(each, added++));
      }
      any = true;
    }
  }

  /**
   * Replays all pending evictions, the oldest first.
   *
   * @param store takes an eviction, or throws
   * @return whether none is left; false while another thread replays them
   * @throws RedisException at the first eviction that the store does not take; it and the later
   *     ones stay pending
   */
  boolean replay(Consumer<Eviction> store) {
    if (!any) {
      return true;
    }
    if (!replaying.tryLock()) {
      return false;
    }
    try {
      for (Map.Entry<Eviction, Long> next : snapshot()) {
        store.accept(next.getKey());
        synchronized (pending) {
          pending.remove(next.getKey(), next.getValue());
          any = !pending.isEmpty();
        }
      }
      return !any;
    } finally {
      replaying.unlock();
    }
  }

  private List<Map.Entry<Eviction, Long>> snapshot() {
    synchronized (pending) {
      return pending.entrySet().stream().map(Map.Entry::copyOf).toList();
    }
  }
}
