package dev.sluice.cache.store;

import java.time.Instant;

/** What comes of looking for an entry. */
public sealed interface Lookup {

  /** An entry to answer with; {@code now} is when it was looked at. */
  record Hit(CacheEntry entry, How how, Instant now) implements Lookup {}

  /** Nothing to answer with: compute, and end the fill. */
  record Miss(Fill fill) implements Lookup {}

  /** How a caller came by an entry. */
  enum How {
    LOCAL,
    REDIS,
    COLLAPSED,
    STALE
  }
}
