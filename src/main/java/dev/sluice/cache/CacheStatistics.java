package dev.sluice.cache;

import dev.sluice.cache.store.CacheCounters;
import java.util.Map;

/**
 * The counters of one cache on this node since it started.
 *
 * @param nearHits calls served by the near cache, without a round trip to Redis
 * @param localHits calls served by a fresh entry of this process
 * @param redisHits calls served by a fresh entry of Redis
 * @param misses runs of the method
 * @param collapsed calls served by a run of the method for another caller
 * @param stale calls served by an entry that is no longer fresh
 * @param stored entries stored
 * @param notStorable responses and values that were not stored, by reason
 * @param bypassed calls that ran the method without the cache, by reason
 * @param evicted evictions of keys and of the whole cache; those by tag are not counted for a cache
 * @param bytes the total size of stored bodies
 * @param failures calls of Redis that failed, and entries that could not be read
 */
public record CacheStatistics(
    long nearHits,
    long localHits,
    long redisHits,
    long misses,
    long collapsed,
    long stale,
    long stored,
    Map<String, Long> notStorable,
    Map<String, Long> bypassed,
    long evicted,
    long bytes,
    long failures) {

  public CacheStatistics {
    notStorable = Map.copyOf(notStorable);
    bypassed = Map.copyOf(bypassed);
  }

  static CacheStatistics of(CacheCounters counters) {
    return new CacheStatistics(
        counters.nearHits.sum(),
        counters.localHits.sum(),
        counters.redisHits.sum(),
        counters.misses.sum(),
        counters.collapsed.sum(),
        counters.stale.sum(),
        counters.stored.sum(),
        counters.notStorable(),
        counters.bypassed(),
        counters.evicted.sum(),
        counters.bytes.sum(),
        counters.failures.sum());
  }
}
