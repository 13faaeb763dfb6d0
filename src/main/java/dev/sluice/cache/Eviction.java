package dev.sluice.cache;

import java.util.Collection;

/** What is to go. */
sealed interface Eviction {

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
}
