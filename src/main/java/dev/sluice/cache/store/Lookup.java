package dev.sluice.cache.store;

import java.time.Instant;

/** The result of looking up an entry. */
public sealed interface Lookup {

  /** An entry to serve; {@code now} is the time at which it was judged. */
  record Hit(CacheEntry entry, Source source, Instant now) implements Lookup {}

  /** No entry to serve: the caller computes one and ends the fill. */
  record Miss(Fill fill) implements Lookup {}

  /**
   * An entry to serve that is to be revalidated: the caller lets the fill run in the background, or
   * {@linkplain Fill#release releases} it.
   */
  record Due(Hit hit, Fill fill) implements Lookup {}

  /** The caller computes without a fill, because entries of this key cannot be stored. */
  record Bypass(String reason) implements Lookup {}

  /** Another caller computed the entry for this one too, and its computation failed. */
  record Failed(Throwable cause) implements Lookup {}

  /** Where a hit's entry comes from. */
  enum Source {
    /** The near cache: this process's copy of an entry in Redis. */
    NEAR,
    /** The store of this process. */
    LOCAL,
    /** Redis. */
    REDIS,
    /** Another caller's computation, for which this one waited. */
    COLLAPSED,
    /** Any store; the entry is stale, and another caller revalidates it. */
    STALE,
    /** Any store; the entry is stale, and its last revalidation failed. */
    STALE_IF_ERROR
  }
}
