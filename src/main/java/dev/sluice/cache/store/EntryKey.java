package dev.sluice.cache.store;

/**
 * Where an entry is.
 *
 * @param cache the name of its cache
 * @param base the hash of version, name and key: what an eviction by key drops
 * @param variant the hash of method, media type, varying headers and principal
 */
public record EntryKey(String cache, String base, String variant) {}
