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
 * @param refreshAhead how long before its end a fresh entry is revalidated; zero for not at all
 */
public record LookupRequest(
    EntryKey key,
    Collection<String> tags,
    Duration life,
    Acceptance acceptance,
    Collection<String> guards,
    Duration refreshAhead) {

  /** A request for an entry whose tags are all known. */
  public LookupRequest(
      EntryKey key, Collection<String> tags, Duration life, Acceptance acceptance) {
    this(key, tags, life, acceptance, List.of(), Duration.ZERO);
  }

  /** The same for an entry that may get more tags when it has been computed. */
  public LookupRequest withTagsToCome() {
    return new LookupRequest(key, tags, life, acceptance, TagGuards.ALL, refreshAhead);
  }

  /** The same where entries are to be revalidated this long before they are no longer fresh. */
  public LookupRequest withRefreshAhead(Duration ahead) {
    return new LookupRequest(key, tags, life, acceptance, guards, ahead);
  }

  /** Whether an entry that may be served is to be revalidated. */
  boolean isDue(CacheEntry entry, Instant now) {
    return entry.lifetime().isDue(refreshAhead, now);
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
