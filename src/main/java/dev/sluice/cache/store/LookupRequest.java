package dev.sluice.cache.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;

/**
 * A caller's request for an entry.
 *
 * @param tags the hashes of the tags of a new entry
 * @param life how long a new entry is stored
 * @param acceptance which entries may be served
 */
public record LookupRequest(
    EntryKey key, Collection<String> tags, Duration life, Acceptance acceptance) {

  /** Decides which entries may be served to a caller. */
  public interface Acceptance {

    /** Accepts every fresh entry. */
    Acceptance FRESH = (entry, now) -> entry.lifetime().isFresh(now);

    /** Whether the entry may be served without further work. */
    boolean accepts(CacheEntry entry, Instant now);

    /** Whether the entry may be served while another caller revalidates it. */
    default boolean acceptsWhileRevalidating(CacheEntry entry, Instant now) {
      return entry.lifetime().isUsableWhileRevalidating(now);
    }
  }

  boolean accepts(CacheEntry entry, Instant now) {
    return acceptance.accepts(entry, now);
  }

  boolean acceptsWhileRevalidating(CacheEntry entry, Instant now) {
    return acceptance.acceptsWhileRevalidating(entry, now);
  }
}
