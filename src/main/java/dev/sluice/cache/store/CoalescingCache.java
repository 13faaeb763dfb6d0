package dev.sluice.cache.store;

import dev.sluice.cache.store.Lookup.Hit;
import dev.sluice.cache.store.Lookup.How;
import dev.sluice.cache.store.Lookup.Miss;
import dev.sluice.redis.RedisUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks entries up, lets one caller at a time make what is missing, and evicts. Where entries are,
 * {@link FailoverStore} knows.
 */
public final class CoalescingCache {

  private final FailoverStore stores;
  private final Duration maxWait;
  private final InstantSource clock;
  private final SingleFlight flights = new SingleFlight();

  /**
   * @param maxWait how long a caller waits for another that makes the same entry
   */
  public CoalescingCache(FailoverStore stores, Duration maxWait, InstantSource clock) {
    this.stores = stores;
    this.maxWait = maxWait;
    this.clock = clock;
  }

  /** Finds an entry that will do, without any thought of making one. */
  public Optional<Hit> peek(LookupRequest wanted) {
    Instant now = clock.instant();
    FailoverStore.Sight sight = stores.look(wanted);
    return sight
        .entry()
        .filter(entry -> wanted.isMetBy(entry, now))
        .map(entry -> stores.hit(wanted.key(), entry, sight.store(), now));
  }

  /** Finds an entry that will do; waits for it where another caller is making it. */
  public Lookup lookup(LookupRequest wanted) {
    Instant start = clock.instant();
    while (true) {
      Instant now = clock.instant();
      FailoverStore.Sight sight = stores.look(wanted);
      Optional<CacheEntry> there = sight.entry();
      if (there.isPresent() && wanted.isMetBy(there.get(), now)) {
        return stores.hit(wanted.key(), there.get(), sight.store(), now);
      }
      SingleFlight.Role role = flights.join(wanted.key(), wanted.tags());
      if (role instanceof SingleFlight.Leader leader) {
        return lead(wanted, sight, leader.flight());
      }
      if (there.isPresent() && wanted.demand().isMetWhileRevalidating(there.get(), now)) {
        counters(wanted.key().cache()).stale.increment();
        return new Hit(there.get(), How.STALE, now);
      }
      if (role instanceof SingleFlight.Alone || hasWaitedLongEnough(start)) {
        return begin(wanted, sight, null);
      }
      Optional<CacheEntry> shared = await(role, wanted);
      if (shared.isPresent()) {
        counters(wanted.key().cache()).collapsed.increment();
        return new Hit(shared.get(), How.COLLAPSED, clock.instant());
      }
    }
  }

  private boolean hasWaitedLongEnough(Instant start) {
    return Duration.between(start, clock.instant()).compareTo(maxWait) > 0
        || Thread.currentThread().isInterrupted();
  }

  /** What the flight brings, if it is for this caller; however long it took to wake up for it. */
  private Optional<CacheEntry> await(SingleFlight.Role role, LookupRequest wanted) {
    if (role instanceof SingleFlight.Waiter follower) {
      return flights
          .await(follower.flight(), maxWait)
          .filter(entry -> wanted.isMetBy(entry, entry.lifetime().stored()));
    }
    flights.await(((SingleFlight.Late) role).flight(), maxWait);
    return Optional.empty();
  }

  /** Lets the caller compute whatever there is: it wants nothing that is stored. */
  public Miss refresh(LookupRequest wanted) {
    counters(wanted.key().cache()).misses.increment();
    EntryStore store = stores.usable(wanted.key().cache());
    return new Miss(fill(wanted, new FailoverStore.Sight(Optional.empty(), Map.of(), store), null));
  }

  private Lookup lead(LookupRequest wanted, FailoverStore.Sight sight, SingleFlight.Flight flight) {
    try {
      return begin(wanted, sight, flight);
    } catch (RuntimeException | Error e) {
      flights.abandon(flight);
      throw e;
    }
  }

  /** The second look: whoever led before may have stored since the first. */
  private Lookup begin(
      LookupRequest wanted, FailoverStore.Sight sight, SingleFlight.@Nullable Flight flight) {
    Fill fill = fill(wanted, sight, flight);
    Instant now = clock.instant();
    Optional<CacheEntry> second = fill.known().filter(entry -> wanted.isMetBy(entry, now));
    if (second.isEmpty()) {
      counters(wanted.key().cache()).misses.increment();
      return new Miss(fill);
    }
    if (flight != null) {
      flights.release(flight); // whoever waits may have come after an eviction of it, and looks
    }
    return stores.hit(wanted.key(), second.get(), fill.store(), now);
  }

  private Fill fill(
      LookupRequest wanted, FailoverStore.Sight sight, SingleFlight.@Nullable Flight flight) {
    EntryStore.Begun begun;
    try {
      begun = sight.store().begin(wanted, sight.stamps());
    } catch (RedisUnavailableException e) {
      stores.failed(wanted.key().cache());
      return fill(wanted, new FailoverStore.Sight(sight.entry(), Map.of(), stores.local()), flight);
    }
    Optional<CacheEntry> known =
        begun instanceof EntryStore.Present present ? Optional.of(present.entry()) : sight.entry();
    Fill.Ticket ticket = new Fill.Ticket(sight.store(), begun.permit(), flight);
    return new Fill(wanted, ticket, known, stores, flights, clock);
  }

  /**
   * Drops entries: what was computed before this returns is never found after it. In an outage that
   * holds on this node at once, on others when Redis is back.
   */
  public void evict(Eviction eviction) {
    eviction.cacheName().ifPresent(cache -> counters(cache).evicted.increment());
    flights.detach(eviction);
    stores.evict(eviction);
  }

  /** Drops an entry that its reader could not make anything of. */
  public void discard(EntryKey key) {
    counters(key.cache()).failures.increment();
    stores.drop(key);
  }

  public CacheCounters counters(String cache) {
    return stores.counters(cache);
  }
}
