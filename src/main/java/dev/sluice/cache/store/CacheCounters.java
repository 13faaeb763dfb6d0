package dev.sluice.cache.store;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters of one cache on this node. */
public final class CacheCounters {

  public final LongAdder nearHits = new LongAdder();
  public final LongAdder localHits = new LongAdder();
  public final LongAdder redisHits = new LongAdder();
  public final LongAdder misses = new LongAdder();
  public final LongAdder collapsed = new LongAdder();
  public final LongAdder stale = new LongAdder();
  public final LongAdder stored = new LongAdder();
  public final LongAdder evicted = new LongAdder();
  public final LongAdder bytes = new LongAdder();
  public final LongAdder failures = new LongAdder();
  private final Map<String, LongAdder> notStorable = new ConcurrentHashMap<>();

  /** Counts a response that was not stored. */
  public void notStorable(String reason) {
    notStorable.computeIfAbsent(reason, key -> new LongAdder()).increment();
  }

  /** The numbers of responses that were not stored, by reason. */
  public Map<String, Long> notStorable() {
    Map<String, Long> reasons = new TreeMap<>();
    notStorable.forEach((reason, count) -> reasons.put(reason, count.sum()));
    return reasons;
  }
}
