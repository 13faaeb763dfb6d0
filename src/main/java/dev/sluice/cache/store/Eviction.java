package dev.sluice.cache.store;

import java.util.Collection;
import java.util.Optional;

/** What is to go. */
public sealed interface Eviction {

  /** All variants under one base key. */
  record OfKey(String cache, String base) implements Eviction {
    @Override
    public boolean concerns(EntryKey key, Collection<String> tags) {
      return key.base().equals(base);
    }
  }

  /** All that was made with a tag, by its hash, whatever cache it is in. */
  record OfTag(String tag) implements Eviction {
    @Override
    public boolean concerns(EntryKey key, Collection<String> tags) {
      return tags.contains(tag);
    }
  }

  /** Everything in one cache. */
  record OfCache(String cache) implements Eviction {
    @Override
    public boolean concerns(EntryKey key, Collection<String> tags) {
      return key.cache().equals(cache);
    }
  }

  boolean concerns(EntryKey key, Collection<String> tags);

  /** The cache that it is about, where it is about one. */
  default Optional<String> cacheName() {
    return this instanceof OfKey key
        ? Optional.of(key.cache())
        : this instanceof OfCache cache ? Optional.of(cache.cache()) : Optional.empty();
  }
}
