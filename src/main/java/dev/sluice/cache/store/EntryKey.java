package dev.sluice.cache.store;

/**
 * The identity of an entry.
 *
 * @param cache the name of its cache
 * @param base the hash of everything that a client chooses freely; an eviction by key deletes all
 *     entries under one base key
 * @param variant the hash of what the application chooses from a list: method and media type
 */
public record EntryKey(String cache, String base, String variant) {}
