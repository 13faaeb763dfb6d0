package dev.sluice.cache;

import dev.sluice.cache.Lookup.Hit;
import dev.sluice.cache.Lookup.How;
import dev.sluice.redis.RedisUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where entries are at the moment: in Redis where there is one, else in this process; while Redis
 * is out of reach in this process for a while.
 */
final class Tiers {

  /** A key evicted in an outage takes about 100 bytes until Redis is back. */
  private static final int MAX_PENDING = 10_000;

  /** What a first look shows, and where. */
  record Sight(Optional<CacheEntry> entry, Map<String, String> stamps, EntryStore store) {}

  private final @Nullable FarTier far;
  private final NearTier near;
  private final Duration nearMaxAge;
  private final InstantSource clock;
  private final Counts counts;
  private final PendingEvictions pending;
  private volatile boolean outage;

  /**
   * @param nearMaxAge how long an entry made while Redis is out of reach is used
   * @param everything the evictions that drop all that this application has cached
   */
  Tiers(
      Optional<FarTier> far,
      NearTier near,
      Duration nearMaxAge,
      InstantSource clock,
      Counts counts,
      Supplier<List<Eviction>> everything) {
    this.far = far.orElse(null);
    this.near = near;
    this.nearMaxAge = nearMaxAge;
    this.clock = clock;
    this.counts = counts;
    this.pending = new PendingEvictions(MAX_PENDING, everything);
  }

  Sight look(Wanted wanted) {
    EntryStore store = usable(wanted.key().cache());
    if (store == far) {
      try {
        EntryStore.Found found = store.find(wanted);
        if (outage) {
          outage = false;
          near.clear();
        }
        return new Sight(found.entry(), found.stamps(), store);
      } catch (RedisUnavailableException e) {
        failed(wanted.key().cache());
      }
    }
    return new Sight(near.find(wanted).entry(), Map.of(), near);
  }

  /** Redis, if there is one and it has taken all evictions. */
  EntryStore usable(String cache) {
    if (far == null) {
      return near;
    }
    try {
      return pending.replay(far) ? far : near;
    } catch (RedisUnavailableException e) {
      failed(cache);
      return near;
    }
  }

  /** This process. */
  EntryStore near() {
    return near;
  }

  /** Redis has failed in what was asked for this cache. */
  void failed(String cache) {
    outage = true;
    counts.of(cache).failures.increment();
  }

  /** An entry to answer with, counted. */
  Hit hit(EntryKey key, CacheEntry entry, EntryStore store, Instant now) {
    Counters count = counts.of(key.cache());
    if (!entry.lifetime().isFresh(now)) {
      count.stale.increment();
      return new Hit(entry, How.STALE, now);
    }
    (store == far ? count.farHits : count.nearHits).increment();
    return new Hit(entry, store == far ? How.FAR : How.NEAR, now);
  }

  /** Stores where the fill began; not if Redis has evictions to be told of first. */
  boolean put(EntryKey key, CacheEntry entry, EntryStore.Permit permit, EntryStore store) {
    if (store == near) {
      CacheEntry kept = far == null ? entry : entry.cappedAt(clock.instant().plus(nearMaxAge));
      return near.store(key, kept, permit);
    }
    return usable(key.cache()) == store && store.store(key, entry, permit);
  }

  void evict(Eviction eviction) {
    near.evict(eviction);
    if (far == null) {
      return;
    }
    try {
      if (!pending.replay(far)) {
        pending.add(eviction);
        return;
      }
      far.evict(eviction);
    } catch (RedisUnavailableException e) {
      eviction.cacheName().ifPresent(this::failed);
      outage = true;
      pending.add(eviction);
    }
  }

  /** Drops one entry. */
  void drop(EntryKey key) {
    near.drop(key);
    if (far != null && usable(key.cache()) == far) {
      try {
        far.drop(key);
      } catch (RedisUnavailableException e) {
        failed(key.cache());
      }
    }
  }

  Counters counters(String cache) {
    return counts.of(cache);
  }
}
