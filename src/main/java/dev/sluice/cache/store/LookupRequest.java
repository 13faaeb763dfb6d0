package dev.sluice.cache.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * A caller's request for an entry.
 *
 * @param tags the hashes of the tags of a new entry, as far as they are known
 * @param life how long a new entry is stored
 * @param acceptance which entries may be served
 * @param guards the guards of tags that are known later
 */
public record LookupRequest(
    EntryKey key,
    Collection<String> tags,
    Duration life,
    Acceptance acceptance,
    Collection<String> guards) {

  /** A request for an entry whose tags are all known. */
  public LookupRequest(
      EntryKey key, Collection<String> tags, Duration life, Acceptance acceptance) {
    this(key, tags, life, acceptance, List.of());
  }

  /** The same for an entry that may get more tags when it has been computed. */
  public LookupRequest withTagsToCome() {
    return new LookupRequest(key, tags, life, acceptance, TagGuards.ALL);
  }

  /** The tags and guards whose stamps a fill begins with. */
  Collection<String> stamped() {
    return guards.isEmpty() ? tags : Stream.concat(tags.stream(), guards.stream()).toList();
  }

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
