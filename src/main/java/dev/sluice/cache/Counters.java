package dev.sluice.cache;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts for one cache. */
final class Counters {

  final LongAdder nearHits = new LongAdder();
  final LongAdder farHits = new LongAdder();
  final LongAdder misses = new LongAdder();
  final LongAdder collapsed = new LongAdder();
  final LongAdder stale = new LongAdder();
  final LongAdder stored = new LongAdder();
  final LongAdder evicted = new LongAdder();
  final LongAdder bytes = new LongAdder();
  final LongAdder failures = new LongAdder();
  private final Map<String, LongAdder> notStorable = new ConcurrentHashMap<>();

  void notStorable(String reason) {
    notStorable.computeIfAbsent(reason, key -> new LongAdder()).increment();
  }

  CacheStatistics snapshot() {
    Map<String, Long> reasons = new TreeMap<>();
    notStorable.forEach((reason, count) -> reasons.put(reason, count.sum()));
    return new CacheStatistics(
        nearHits.sum(),
        farHits.sum(),
        misses.sum(),
        collapsed.sum(),
        stale.sum(),
        stored.sum(),
        reasons,
        evicted.sum(),
        bytes.sum(),
        failures.sum());
  }
}
