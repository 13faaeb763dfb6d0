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
  private final Map<String, LongAdder> bypassed = new ConcurrentHashMap<>();

  /** Counts a response that was not stored. */
  public void notStorable(String reason) {
    notStorable.computeIfAbsent(reason, key -> new LongAdder()).increment();
  }

  /** Counts a call that bypassed the cache. */
  public void bypassed(String reason) {
    bypassed.computeIfAbsent(reason, key -> new LongAdder()).increment();
  }

  /** The numbers of responses that were not stored, by reason. */
  public Map<String, Long> notStorable() {
    return sums(notStorable);
  }

  /** The numbers of calls that bypassed the cache, by reason. */
  public Map<String, Long> bypassed() {
    return sums(bypassed);
  }

  private static Map<String, Long> sums(Map<String, LongAdder> counts) {
    Map<String, Long> sums = new TreeMap<>();
    counts.forEach((reason, count) -> sums.put(reason, count.sum()));
    return sums;
  }
}
