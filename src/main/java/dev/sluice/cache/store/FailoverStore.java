package dev.sluice.cache.store;

import dev.sluice.cache.store.Lookup.Source;
import dev.sluice.redis.RedisException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The store in use: Redis where one is configured, and the local store without one or while Redis
 * is unavailable. It counts the failures of Redis.
 */
final class FailoverStore {

  /** An eviction that waits for Redis takes about 100 bytes. */
  private static final int MAX_PENDING = 10_000;

  /** The entry that was found, if any, where, and the store to fill. */
  record Found(Optional<CacheEntry> entry, Source source, EntryStore store) {}

  private final @Nullable RedisEntryStore redis;
  private final LocalEntryStore local;
  private final Duration localMaxAge;
  private final InstantSource clock;
  private final CountersByCache counters;
  private final PendingEvictions pending;
  private volatile boolean outage;

  /**
   * @param localMaxAge how long an entry computed during an outage of Redis is served
   * @param everything the evictions of all caches of this application
   */
  FailoverStore(
      Optional<RedisEntryStore> redis,
      LocalEntryStore local,
      Duration localMaxAge,
      InstantSource clock,
      CountersByCache counters,
      Supplier<List<Eviction>> everything) {
    this.redis = redis.orElse(null);
    this.local = local;
    this.localMaxAge = localMaxAge;
    this.clock = clock;
    this.counters = counters;
    this.pending = new PendingEvictions(MAX_PENDING, everything);
  }

  LocalEntryStore local() {
    return local;
  }

  Found find(LookupRequest request) {
    EntryStore store = storeInUse(request.key().cache());
    if (redis != null && store == redis) {
      Optional<CacheEntry> near =
          redis.findNear(request.key()).filter(it -> request.accepts(it, clock.instant()));
      if (near.isPresent()) {
        return new Found(near, Source.NEAR, store);
      }
      try {
        Optional<CacheEntry> entry = store.find(request);
        if (outage) {
          outage = false;
          local.clear();
        }
        return new Found(entry, Source.REDIS, store);
      } catch (RedisException e) {
        redisFailed(request.key().cache());
      }
    }
    return new Found(local.find(request), Source.LOCAL, local);
  }

  /** Finds an entry of this process: the near cache's, or without Redis the local store's. */
  Optional<Found> findHere(EntryKey key) {
    EntryStore store = storeInUse(key.cache());
    if (redis == null) {
      return local.find(key).map(entry -> new Found(Optional.of(entry), Source.LOCAL, store));
    }
    return store == redis
        ? redis.findNear(key).map(entry -> new Found(Optional.of(entry), Source.NEAR, store))
        : Optional.empty();
  }

  /** Redis, if one is configured and has taken all evictions; else the local store. */
  EntryStore storeInUse(String cache) {
    if (redis == null) {
      return local;
    }
    try {
      return pending.replay(redis::evict) ? redis : local;
    } catch (RedisException e) {
      redisFailed(cache);
      return local;
    }
  }

  /** Gives a lease of this store, or of the local store if Redis fails. */
  Fill.Target begin(LookupRequest request, EntryStore store) {
    try {
      return new Fill.Target(store, store.begin(request));
    } catch (RedisException e) {
      redisFailed(request.key().cache());
      return new Fill.Target(local, local.begin(request));
    }
  }

  /** The same with the leadership of the computation; empty while another node leads. */
  Optional<Fill.Target> lead(LookupRequest request, EntryStore store) {
    try {
      return store.lead(request).map(begun -> new Fill.Target(store, begun));
    } catch (RedisException e) {
      redisFailed(request.key().cache());
      return Optional.of(new Fill.Target(local, local.begin(request)));
    }
  }

  /** Renews a leadership; one that Redis does not renew ends. */
  void renew(EntryKey key, Fill.Target target) {
    try {
      target.store().renew(key, target.begun().lease());
    } catch (RedisException e) {
      redisFailed(key.cache());
    }
  }

  /** Waits until the entry may have changed in Redis, or for a moment. */
  void awaitChange(EntryKey key) throws InterruptedException {
    if (redis != null) {
      redis.awaitChange(key);
    }
  }

  boolean isLocal(EntryStore store) {
    return store == local;
  }

  /** Where an entry comes from that this store has returned without the near cache. */
  Source source(EntryStore store) {
    return store == local ? Source.LOCAL : Source.REDIS;
  }

  /** Counts a failure of Redis. */
  void redisFailed(String cache) {
    outage = true;
    counters.of(cache).failures.increment();
  }

  /** Stores in the store that gave the lease; not while evictions wait for Redis. */
  boolean store(EntryKey key, CacheEntry entry, EntryStore.Lease lease, EntryStore store) {
    if (store == local) {
      CacheEntry kept = redis == null ? entry : entry.cappedAt(clock.instant().plus(localMaxAge));
      if (redis != null) {
        redis.forgetNear(key);
      }
      return local.store(key, kept, lease);
    }
    return storeInUse(key.cache()) == store && store.store(key, entry, lease);
  }

  /**
   * The stamps of tags that the lease does not have; empty if one of them may have been evicted
   * since, or evictions wait for Redis.
   */
  Optional<Map<String, String>> stamps(
      EntryKey key, Collection<String> tags, EntryStore.Lease lease, EntryStore store) {
    return store == local || storeInUse(key.cache()) == store
        ? store.stamps(key, tags, lease)
        : Optional.empty();
  }

  /** Stores in place of all entries and leases of the key. */
  boolean replace(EntryKey key, CacheEntry entry, EntryStore.Lease lease, EntryStore store) {
    if (store == local && redis != null) {
      return false; // what Redis holds has to be evicted
    }
    return storeInUse(key.cache()) == store && store.replace(key, entry, lease);
  }

  /** Ends a lease; one that Redis does not end expires. */
  void release(EntryKey key, Fill.Target target) {
    release(key, () -> target.store().release(key, target.begun().lease()));
  }

  /** The same, where nothing could be shared. */
  void releaseUnshared(EntryKey key, Fill.Target target) {
    release(key, () -> target.store().releaseUnshared(key, target.begun().lease()));
  }

  private void release(EntryKey key, Runnable release) {
    try {
      release.run();
    } catch (RedisException e) {
      redisFailed(key.cache());
    }
  }

  void evict(Eviction eviction) {
    local.evict(eviction);
    if (redis == null) {
      return;
    }
    try {
      if (!pending.replay(redis::evict)) {
        pending.add(eviction);
        return;
      }
      redis.evict(eviction);
    } catch (RedisException e) {
      eviction.cacheName().ifPresent(this::redisFailed);
      outage = true;
      pending.add(eviction);
    }
  }

  /** Deletes one entry. */
  void drop(EntryKey key) {
    local.drop(key);
    if (redis != null && storeInUse(key.cache()) == redis) {
      try {
        redis.drop(key);
      } catch (RedisException e) {
        redisFailed(key.cache());
      }
    }
  }
}
