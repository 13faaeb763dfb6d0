package dev.sluice.cache;

/**
 * What all caches together keep in this process; they share its bounds.
 *
 * @param localKeys keys with entries of this process: all without Redis, else those of an outage
 * @param localBytes the size of those entries
 * @param nearKeys keys of Redis, of entries and of stamps, of which the near cache has copies
 * @param nearBytes the size of those copies
 * @param listening whether the near cache hears of changes in Redis; else it is off
 */
public record CacheMemory(
    long localKeys, long localBytes, long nearKeys, long nearBytes, boolean listening) {}
