package dev.sluice.cache.store;

import dev.sluice.redis.RedisUnavailableException;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps entries. Three things make an eviction win over whatever was computed before it: evicting a
 * base key drops its fencing token, without which nothing is stored; evicting a tag and clearing a
 * cache drop that one's stamp, and an entry under another stamp than the present one is none.
 *
 * <p>Every method throws {@link RedisUnavailableException} where the store is out of reach.
 */
public sealed interface EntryStore permits LocalEntryStore, RedisEntryStore {

  /** More variants than this under one base key start afresh: clients name them. */
  int MAX_VARIANTS = 64;

  /**
   * What a look shows.
   *
   * @param stamps of the entry's tags as they are now, good for a new entry; empty where the old
   *     one will do, or they were not asked for
   */
  record Found(Optional<CacheEntry> entry, Map<String, String> stamps) {}

  /** What a fill has to hold from before the method runs. */
  record Permit(String fence, String stamp, Map<String, String> tags) {}

  /** The second look of whoever is about to compute: meanwhile somebody else may have stored. */
  sealed interface Begun permits Present, Absent {
    Permit permit();
  }

  /** There is an entry after all, fresh or not. */
  record Present(CacheEntry entry, Permit permit) implements Begun {}

  record Absent(Permit permit) implements Begun {}

  /**
   * The entry there, if its cache and all its tags still have the stamps that it was made under.
   */
  Found find(LookupRequest wanted);

  /**
   * Looks again, and hands out the right to store.
   *
   * @param stamps what the first look has shown of the tags' stamps
   */
  Begun begin(LookupRequest wanted, Map<String, String> stamps);

  /**
   * Stores, unless the key was evicted or the cache cleared since {@code permit} was given.
   *
   * @return whether it did
   */
  boolean store(EntryKey key, CacheEntry entry, Permit permit);

  /** Whether none of these tags has been evicted since. */
  boolean areCurrent(Map<String, String> tags);

  /** Drops one entry that turned out to be of no use. */
  void drop(EntryKey key);

  void evict(Eviction eviction);
}
