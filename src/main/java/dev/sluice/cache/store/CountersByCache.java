package dev.sluice.cache.store;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The counters of all caches, by name. */
final class CountersByCache {

  private final Map<String, CacheCounters> byCache = new ConcurrentHashMap<>();

  CacheCounters of(String cache) {
    return byCache.computeIfAbsent(cache, name -> new CacheCounters());
  }
}
