package dev.sluice.cache;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The counts of every cache, by its name. */
final class Counts {

  private final Map<String, Counters> byCache = new ConcurrentHashMap<>();

  Counters of(String cache) {
    return byCache.computeIfAbsent(cache, name -> new Counters());
  }
}
