package dev.sluice.cache.store;

import dev.sluice.redis.RedisException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A store of entries in which an eviction wins over every value computed before it.
 *
 * <p>A fill holds a lease and stores only while it holds it: evicting a key deletes the key's
 * leases. A cache and each tag have a stamp, which an eviction deletes; an entry is current only
 * while the stamps from before its computation are unchanged. A missing stamp equals nothing.
 *
 * <p>Every method throws {@link RedisException} when the store cannot be reached.
 */
sealed interface EntryStore permits LocalEntryStore, RedisEntryStore {

  /** How long a computation may take and still be stored. */
  Duration LEASE = Duration.ofMinutes(10);

  /** How long a node leads a computation unless it renews its leadership. */
  Duration LEADERSHIP = Duration.ofSeconds(3);

  /** How long nobody leads after a computation whose result could not be shared. */
  Duration UNSHARED = Duration.ofSeconds(1);

  /**
   * The right to store one entry.
   *
   * @param token the fencing token: random, unknown to the store after an eviction of the key. Each
   *     stamp that was missing when the lease was given got this value
   * @param cacheStamp the stamp of the cache
   * @param tagStamps the stamp of each tag, by the hash of the tag, and those of guards
   */
  record Lease(String token, String cacheStamp, Map<String, String> tagStamps) {

    /** The stamps of the tags that were known when the lease was given. */
    Map<String, String> knownTags() {
      Map<String, String> known = new HashMap<>(tagStamps);
      known.keySet().removeIf(TagGuards::is);
      return known;
    }

    /** The stamps of the guards of these tags; a missing one equals nothing. */
    Map<String, String> guardsOf(Collection<String> tags) {
      Map<String, String> guards = new HashMap<>();
      tags.stream()
          .map(TagGuards::of)
          .forEach(guard -> guards.put(guard, tagStamps.getOrDefault(guard, "")));
      return guards;
    }
  }

  /** A lease, and the entry that another caller may have stored since the first lookup. */
  record Begun(Lease lease, Optional<CacheEntry> entry) {}

  /** Finds the current entry, fresh or stale. */
  Optional<CacheEntry> find(LookupRequest request);

  /** Looks the entry up again and gives a lease. */
  Begun begin(LookupRequest request);

  /**
   * Gives a lease as {@link #begin} does, and the leadership of the computation. Callers on other
   * nodes wait for the leader; those of this process do so by {@link SingleFlight}.
   *
   * @return empty while another node leads
   */
  Optional<Begun> lead(LookupRequest request);

  /** Renews the leadership that came with a lease, unless it was lost. */
  void renew(EntryKey key, Lease lease);

  /**
   * Stores the entry and ends the lease, unless the key was evicted or the cache cleared since the
   * lease was given.
   *
   * @return whether the entry was stored
   */
  boolean store(EntryKey key, CacheEntry entry, Lease lease);

  /**
   * Stores the entry as {@link #store} does, and deletes all other entries and leases of the key.
   *
   * @return whether the entry was stored
   */
  boolean replace(EntryKey key, CacheEntry entry, Lease lease);

  /**
   * The stamps of tags that were not known when the lease was given.
   *
   * @return empty if one of the tags may have been evicted since
   */
  Optional<Map<String, String>> stamps(EntryKey key, Collection<String> tags, Lease lease);

  /** Ends a lease without an entry, and deletes what it created. */
  void release(EntryKey key, Lease lease);

  /**
   * The same, where nothing could be shared: if another node has waited, none does for a moment.
   */
  void releaseUnshared(EntryKey key, Lease lease);

  /** Whether none of these tags has been evicted since its stamp was read. */
  boolean areCurrent(Map<String, String> tagStamps);

  /** Deletes one entry that cannot be read. */
  void drop(EntryKey key);

  /** Deletes entries and leases. */
  void evict(Eviction eviction);
}
