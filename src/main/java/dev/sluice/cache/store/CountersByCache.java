package dev.sluice.cache.store;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The counts of every cache, by its name. */
public final class CountersByCache {

  private final Map<String, CacheCounters> byCache = new ConcurrentHashMap<>();

  public CacheCounters of(String cache) {
    return byCache.computeIfAbsent(cache, name -> new CacheCounters());
  }
}
