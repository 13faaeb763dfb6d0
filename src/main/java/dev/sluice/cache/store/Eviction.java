package dev.sluice.cache.store;

import java.util.Collection;
import java.util.Optional;

/** A set of entries to delete. */
public sealed interface Eviction {

  /**
   * All entries made from one key: those under its base key, and those under other base keys that
   * carry this one as a tag, such as the entries of each user.
   */
  record OfKey(String cache, String base) implements Eviction {
    @Override
    public boolean concerns(EntryKey key, Collection<String> tags) {
      return key.base().equals(base) || tags.contains(base);
    }
  }

  /** All entries with a tag, given by its hash, in every cache. */
  record OfTag(String tag) implements Eviction {
    @Override
    public boolean concerns(EntryKey key, Collection<String> tags) {
      return tags.contains(tag) || tags.contains(TagGuards.of(tag));
    }
  }

  /** All entries of one cache. */
  record OfCache(String cache) implements Eviction {
    @Override
    public boolean concerns(EntryKey key, Collection<String> tags) {
      return key.cache().equals(cache);
    }
  }

  /** Whether an entry with this key and these tags is to be deleted. */
  boolean concerns(EntryKey key, Collection<String> tags);

  /** The cache in which entries are deleted, where there is only one. */
  default Optional<String> cacheName() {
    return this instanceof OfKey key
        ? Optional.of(key.cache())
        : this instanceof OfCache cache ? Optional.of(cache.cache()) : Optional.empty();
  }
}
