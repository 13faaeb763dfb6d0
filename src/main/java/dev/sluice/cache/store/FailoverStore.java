package dev.sluice.cache.store;

import dev.sluice.cache.store.Lookup.Hit;
import dev.sluice.cache.store.Lookup.How;
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
public final class FailoverStore {

  /** A key evicted in an outage takes about 100 bytes until Redis is back. */
  private static final int MAX_PENDING = 10_000;

  /** What a first look shows, and where. */
  public record Sight(Optional<CacheEntry> entry, Map<String, String> stamps, EntryStore store) {}

  private final @Nullable RedisEntryStore redis;
  private final LocalEntryStore local;
  private final Duration localMaxAge;
  private final InstantSource clock;
  private final CountersByCache counts;
  private final PendingEvictions pending;
  private volatile boolean outage;

  /**
   * @param localMaxAge how long an entry made while Redis is out of reach is used
   * @param everything the evictions that drop all that this application has cached
   */
  public FailoverStore(
      Optional<RedisEntryStore> redis,
      LocalEntryStore local,
      Duration localMaxAge,
      InstantSource clock,
      CountersByCache counts,
      Supplier<List<Eviction>> everything) {
    this.redis = redis.orElse(null);
    this.local = local;
    this.localMaxAge = localMaxAge;
    this.clock = clock;
    this.counts = counts;
    this.pending = new PendingEvictions(MAX_PENDING, everything);
  }

  public Sight look(LookupRequest wanted) {
    EntryStore store = usable(wanted.key().cache());
    if (store == redis) {
      try {
        EntryStore.Found found = store.find(wanted);
        if (outage) {
          outage = false;
          local.clear();
        }
        return new Sight(found.entry(), found.stamps(), store);
      } catch (RedisUnavailableException e) {
        failed(wanted.key().cache());
      }
    }
    return new Sight(local.find(wanted).entry(), Map.of(), local);
  }

  /** Redis, if there is one and it has taken all evictions. */
  public EntryStore usable(String cache) {
    if (redis == null) {
      return local;
    }
    try {
      return pending.replay(redis) ? redis : local;
    } catch (RedisUnavailableException e) {
      failed(cache);
      return local;
    }
  }

  /** This process. */
  public EntryStore local() {
    return local;
  }

  /** Redis has failed in what was asked for this cache. */
  public void failed(String cache) {
    outage = true;
    counts.of(cache).failures.increment();
  }

  /** An entry to answer with, counted. */
  public Hit hit(EntryKey key, CacheEntry entry, EntryStore store, Instant now) {
    CacheCounters count = counts.of(key.cache());
    if (!entry.lifetime().isFresh(now)) {
      count.stale.increment();
      return new Hit(entry, How.STALE, now);
    }
    (store == redis ? count.redisHits : count.localHits).increment();
    return new Hit(entry, store == redis ? How.REDIS : How.LOCAL, now);
  }

  /** Stores where the fill began; not if Redis has evictions to be told of first. */
  public boolean put(EntryKey key, CacheEntry entry, EntryStore.Permit permit, EntryStore store) {
    if (store == local) {
      CacheEntry kept = redis == null ? entry : entry.cappedAt(clock.instant().plus(localMaxAge));
      return local.store(key, kept, permit);
    }
    return usable(key.cache()) == store && store.store(key, entry, permit);
  }

  public void evict(Eviction eviction) {
    local.evict(eviction);
    if (redis == null) {
      return;
    }
    try {
      if (!pending.replay(redis)) {
        pending.add(eviction);
        return;
      }
      redis.evict(eviction);
    } catch (RedisUnavailableException e) {
      eviction.cacheName().ifPresent(this::failed);
      outage = true;
      pending.add(eviction);
    }
  }

  /** Drops one entry. */
  public void drop(EntryKey key) {
    local.drop(key);
    if (redis != null && usable(key.cache()) == redis) {
      try {
        redis.drop(key);
      } catch (RedisUnavailableException e) {
        failed(key.cache());
      }
    }
  }

  public CacheCounters counters(String cache) {
    return counts.of(cache);
  }
}
