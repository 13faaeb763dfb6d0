package dev.sluice.cache.store;

import dev.sluice.cache.store.Lookup.Hit;
import dev.sluice.cache.store.Lookup.Miss;
import dev.sluice.cache.store.Lookup.Source;
import dev.sluice.redis.RedisConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks entries up, lets one caller at a time compute a missing one, and evicts. */
public final class CoalescingCache {

  /**
   * The bounds of a cache.
   *
   * @param localMaxBytes the size of the entries in this process, in bytes
   * @param localMaxAge how long an entry computed during an outage of Redis is served
   * @param maxWait how long a caller waits for another caller's computation
   */
  public record Bounds(long localMaxBytes, Duration localMaxAge, Duration maxWait) {}

  /**
   * A Redis server to share entries through.
   *
   * @param keyPrefix the first part of every key
   * @param near the near cache in front of it
   */
  public record SharedStore(RedisConnection redis, String keyPrefix, NearCache near) {}

  /** How often {@link #renew} is to be called. */
  public static final Duration RENEWAL = EntryStore.LEADERSHIP.dividedBy(3);

  private final FailoverStore stores;
  private final Duration maxWait;
  private final InstantSource clock;
  private final CountersByCache counters;
  private final SingleFlight flights = new SingleFlight();
  private final Set<Fill> leading = ConcurrentHashMap.newKeySet();
  private final RecentOutcomes outcomes;
  private final Fill.FillContext fills;

  CoalescingCache(
      FailoverStore stores, Duration maxWait, InstantSource clock, CountersByCache counters) {
    this.stores = stores;
    this.maxWait = maxWait;
    this.clock = clock;
    this.counters = counters;
    this.outcomes = new RecentOutcomes(clock);
    this.fills = new Fill.FillContext(stores, flights, outcomes, counters, leading, clock);
  }

  /**
   * Opens a cache on Redis, or in this process only.
   *
   * @param everything the evictions of all caches of this application
   */
  public static CoalescingCache open(
      Optional<SharedStore> shared,
      Bounds bounds,
      InstantSource clock,
      Supplier<List<Eviction>> everything) {
    CountersByCache counters = new CountersByCache();
    FailoverStore stores =
        new FailoverStore(
            shared.map(
                store ->
                    new RedisEntryStore(
                        store.redis(), store.keyPrefix(), store.near(), clock, counters)),
            new LocalEntryStore(bounds.localMaxBytes(), clock),
            bounds.localMaxAge(),
            clock,
            counters,
            everything);
    return new CoalescingCache(stores, bounds.maxWait(), clock, counters);
  }

  /** Finds a fresh entry of this process that is not to be revalidated, without a round trip. */
  public Optional<Hit> findHere(EntryKey key, Duration refreshAhead) {
    Instant now = clock.instant();
    return stores
        .findHere(key)
        .filter(found -> found.entry().orElseThrow().lifetime().isFresh(now))
        .filter(found -> !found.entry().orElseThrow().lifetime().isDue(refreshAhead, now))
        .map(found -> hit(key, found.entry().orElseThrow(), found.source(), now));
  }

  /** Finds an acceptable entry, and starts no computation. */
  public Optional<Hit> peek(LookupRequest request) {
    Instant now = clock.instant();
    FailoverStore.Found found = stores.find(request);
    return found
        .entry()
        .filter(entry -> request.accepts(entry, now))
        .map(entry -> hit(request.key(), entry, found.source(), now));
  }

  /** Finds an acceptable entry; waits where another caller is computing it. */
  public Lookup lookup(LookupRequest request) {
    EntryKey key = request.key();
    Instant start = clock.instant();
    while (true) {
      Instant now = clock.instant();
      FailoverStore.Found found = stores.find(request);
      Optional<CacheEntry> entry = found.entry();
      if (entry.isPresent() && request.accepts(entry.get(), now)) {
        Hit hit = hit(key, entry.get(), found.source(), now);
        return request.isDue(entry.get(), now) && outcomes.refreshes(key)
            ? refreshAhead(request, found, hit)
            : hit;
      }
      if (outcomes.isTooLarge(key)) {
        return new Lookup.Bypass("too-large");
      }
      Optional<CacheEntry> staleIfError =
          entry.filter(it -> it.lifetime().isUsableIfError(now) && outcomes.isFailing(key));
      if (staleIfError.isPresent() && !outcomes.isRetryDue(key)) {
        return stale(key, staleIfError.get(), Source.STALE_IF_ERROR, now);
      }
      boolean alone = outcomes.isNotShared(key);
      SingleFlight.Role role = alone ? null : flights.join(key, request.stamped());
      if (role instanceof SingleFlight.Leader leader) {
        return lead(request, found, leader.flight());
      }
      if (entry.isPresent() && request.acceptsWhileRevalidating(entry.get(), now)) {
        return stale(key, entry.get(), Source.STALE, now);
      }
      if (staleIfError.isPresent()) {
        return stale(key, staleIfError.get(), Source.STALE_IF_ERROR, now);
      }
      if (role == null || hasWaitedLongEnough(start)) {
        return begin(request, found);
      }
      Optional<Lookup> shared = await(role, request);
      if (shared.isPresent()) {
        return shared.get();
      }
    }
  }

  /** Lets this caller revalidate the entry that it is served, unless another caller does. */
  private Lookup refreshAhead(LookupRequest request, FailoverStore.Found found, Hit hit) {
    if (!(flights.join(request.key(), request.stamped()) instanceof SingleFlight.Leader leader)) {
      return hit;
    }
    SingleFlight.Flight flight = leader.flight();
    Optional<Fill.Target> target = Optional.empty();
    try {
      target = stores.lead(request, found.store());
    } finally {
      if (target.isEmpty()) {
        flights.end(flight, new SingleFlight.LookAgain());
      }
    }
    return target
        .map(it -> (Lookup) due(fill(request, it, found.entry(), flight), hit))
        .orElse(hit);
  }

  private Lookup.Due due(Fill fill, Hit hit) {
    leading.add(fill);
    return new Lookup.Due(hit, fill);
  }

  private boolean hasWaitedLongEnough(Instant start) {
    return Duration.between(start, clock.instant()).compareTo(maxWait) > 0
        || Thread.currentThread().isInterrupted();
  }

  /** The result of the flight, if it may be served to this caller. */
  private Optional<Lookup> await(SingleFlight.Role role, LookupRequest request) {
    if (role instanceof SingleFlight.LateWaiter late) {
      flights.await(late.flight(), maxWait);
      return Optional.empty();
    }
    SingleFlight.Result result = flights.await(((SingleFlight.Waiter) role).flight(), maxWait);
    if (result instanceof SingleFlight.Failed failed) {
      return Optional.of(failed(request, new Lookup.Failed(failed.cause())));
    }
    if (result instanceof SingleFlight.FailedResponse failed) {
      return Optional.of(
          failed(request, new Hit(failed.response(), Source.COLLAPSED, clock.instant())));
    }
    if (result instanceof SingleFlight.Shared shared
        && request.accepts(shared.entry(), shared.entry().lifetime().stored())) {
      counters(request.key().cache()).collapsed.increment();
      return Optional.of(new Hit(shared.entry(), Source.COLLAPSED, clock.instant()));
    }
    return Optional.empty();
  }

  /** The stale entry, if it may be served when a computation fails; else the failure. */
  private Lookup failed(LookupRequest request, Lookup failure) {
    Instant now = clock.instant();
    return stores
        .find(request)
        .entry()
        .filter(entry -> entry.lifetime().isUsableIfError(now))
        .map(entry -> stale(request.key(), entry, Source.STALE_IF_ERROR, now))
        .orElse(failure);
  }

  /**
   * Finds an acceptable entry, or lets the caller compute one that no other caller waits for: its
   * transaction may yet be rolled back.
   */
  public Lookup lookupAlone(LookupRequest request) {
    Instant now = clock.instant();
    FailoverStore.Found found = stores.find(request);
    Optional<CacheEntry> accepted = found.entry().filter(entry -> request.accepts(entry, now));
    if (accepted.isPresent()) {
      return hit(request.key(), accepted.get(), found.source(), now);
    }
    return outcomes.isTooLarge(request.key())
        ? new Lookup.Bypass("too-large")
        : begin(request, found);
  }

  /** Lets the caller compute the entry, whether there is one or not. */
  public Miss refresh(LookupRequest request) {
    counters(request.key().cache()).misses.increment();
    return new Miss(replace(request));
  }

  /** Lets the caller compute what replaces all entries under the key. */
  public Fill replace(LookupRequest request) {
    EntryStore store = stores.storeInUse(request.key().cache());
    return fill(request, stores.begin(request, store), Optional.empty(), null);
  }

  /** Computes the entry for all callers, or waits for the node that does. */
  private Lookup lead(
      LookupRequest request, FailoverStore.Found found, SingleFlight.Flight flight) {
    try {
      Optional<Fill.Target> target = stores.lead(request, found.store());
      long end = System.nanoTime() + maxWait.toNanos();
      while (target.isEmpty()) {
        Optional<Lookup> elsewhere = elsewhere(request, stores.find(request), flight);
        if (elsewhere.isPresent()) {
          return elsewhere.get();
        }
        target =
            awaitOtherNode(request.key(), end)
                ? stores.lead(request, stores.storeInUse(request.key().cache()))
                : Optional.of(stores.begin(request, found.store()));
      }
      Fill fill = fill(request, target.get(), found.entry(), flight);
      leading.add(fill);
      return begun(request, fill);
    } catch (RuntimeException | Error e) {
      flights.end(flight, new SingleFlight.LookAgain());
      throw e;
    }
  }

  /** What another node has computed, or lets this one serve while it computes. */
  private Optional<Lookup> elsewhere(
      LookupRequest request, FailoverStore.Found found, SingleFlight.Flight flight) {
    Instant now = clock.instant();
    EntryKey key = request.key();
    if (found.entry().isEmpty()) {
      return Optional.empty();
    }
    CacheEntry entry = found.entry().get();
    if (request.accepts(entry, now)) {
      flights.end(flight, new SingleFlight.Shared(entry));
      counters(key.cache()).collapsed.increment();
      return Optional.of(new Hit(entry, Source.COLLAPSED, now));
    } else if (request.acceptsWhileRevalidating(entry, now)) {
      flights.end(flight, new SingleFlight.LookAgain());
      return Optional.of(stale(key, entry, Source.STALE, now));
    }
    return Optional.empty();
  }

  /** Waits a moment; false when this caller has waited long enough. */
  private boolean awaitOtherNode(EntryKey key, long end) {
    if (System.nanoTime() - end > 0) {
      return false;
    }
    try {
      stores.awaitChange(key);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Keeps other nodes waiting for the computations of this one. */
  public void renew() {
    leading.forEach(Fill::renew);
  }

  private Lookup begin(LookupRequest request, FailoverStore.Found found) {
    return begun(request, fill(request, stores.begin(request, found.store()), found.entry(), null));
  }

  private Lookup begun(LookupRequest request, Fill fill) {
    Instant now = clock.instant();
    Optional<CacheEntry> accepted = fill.previous().filter(entry -> request.accepts(entry, now));
    if (accepted.isEmpty()) {
      counters(request.key().cache()).misses.increment();
      return new Miss(fill);
    }
    // Another caller has stored it since the first lookup. Waiters look for themselves: they may
    // have come after an eviction.
    fill.release();
    return hit(request.key(), accepted.get(), stores.source(fill.store()), now);
  }

  private Fill fill(
      LookupRequest request,
      Fill.Target target,
      Optional<CacheEntry> found,
      SingleFlight.@Nullable Flight flight) {
    return new Fill(request, target, target.begun().entry().or(() -> found), flight, fills);
  }

  private Lookup stale(EntryKey key, CacheEntry entry, Source source, Instant now) {
    counters(key.cache()).stale.increment();
    return new Hit(entry, source, now);
  }

  private Hit hit(EntryKey key, CacheEntry entry, Source source, Instant now) {
    CacheCounters count = counters(key.cache());
    if (!entry.lifetime().isFresh(now)) {
      count.stale.increment();
      return new Hit(entry, Source.STALE, now);
    }
    switch (source) {
      case NEAR -> count.nearHits.increment();
      case REDIS -> count.redisHits.increment();
      default -> count.localHits.increment();
    }
    return new Hit(entry, source, now);
  }

  /**
   * Evicts entries: nothing computed before this returns is found after it. While Redis is
   * unavailable that holds on this node at once, and on others when Redis is back.
   */
  public void evict(Eviction eviction) {
    eviction.cacheName().ifPresent(cache -> counters(cache).evicted.increment());
    flights.detach(eviction);
    stores.evict(eviction);
  }

  /** Deletes an entry that its reader could not decode. */
  public void discard(EntryKey key) {
    counters(key.cache()).failures.increment();
    stores.drop(key);
  }

  public CacheCounters counters(String cache) {
    return counters.of(cache);
  }

  /** The approximate number of keys whose entries are in this process. */
  public long localKeys() {
    return stores.local().keys();
  }

  /** The approximate size of the entries in this process, in bytes. */
  public long localBytes() {
    return stores.local().bytes();
  }
}
