package dev.sluice.cache;

import dev.sluice.cache.store.CacheCounters;
import java.util.Map;

/**
 * What one cache has done on this node since it started.
 *
 * @param nearHits served from the near cache, without a round trip to Redis
 * @param localHits answered fresh from this process
 * @param redisHits answered fresh from Redis
 * @param misses methods run
 * @param collapsed answered by what another caller's method returned
 * @param stale answered with what is no longer fresh
 * @param stored entries stored
 * @param notStorable answers that were not, by reason
 * @param evicted evictions of keys and of the whole cache; those by tag belong to no one cache
 * @param bytes of bodies stored, all together
 * @param failures of Redis, and what was found there that could not be read
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
    long evicted,
    long bytes,
    long failures) {

  public CacheStatistics {
    notStorable = Map.copyOf(notStorable);
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
        counters.evicted.sum(),
        counters.bytes.sum(),
        counters.failures.sum());
  }
}
