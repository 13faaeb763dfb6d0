package dev.sluice.cache.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;

/**
 * What a caller asks for.
 *
 * @param tags the hashes of the tags that a new entry is to have
 * @param life how long a new entry is of any use
 * @param demand which entries will do
 */
public record LookupRequest(EntryKey key, Collection<String> tags, Duration life, Demand demand) {

  /** Which entries will do for a caller. */
  public interface Demand {

    /** Any that is fresh. */
    Demand FRESH = (entry, now) -> entry.lifetime().isFresh(now);

    boolean isMetBy(CacheEntry entry, Instant now);

    /** Whether this one will do while somebody else makes it anew. */
    default boolean isMetWhileRevalidating(CacheEntry entry, Instant now) {
      return entry.lifetime().isUsableWhileRevalidating(now);
    }
  }

  public boolean isMetBy(CacheEntry entry, Instant now) {
    return demand.isMetBy(entry, now);
  }
}
