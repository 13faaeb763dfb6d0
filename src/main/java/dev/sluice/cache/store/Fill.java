package dev.sluice.cache.store;

import dev.sluice.cache.store.Lookup.Hit;
import dev.sluice.redis.RedisUnavailableException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An entry in the making. Whoever has it ends it, with {@link #store} or {@link #abandon}. */
public final class Fill {

  /** Where to store, with which right, and who waits for it. */
  public record Ticket(
      EntryStore store, EntryStore.Permit permit, SingleFlight.@Nullable Flight flight) {}

  private final LookupRequest wanted;
  private final Ticket ticket;
  private final Optional<CacheEntry> known;
  private final FailoverStore stores;
  private final SingleFlight flights;
  private final InstantSource clock;

  public Fill(
      LookupRequest wanted,
      Ticket ticket,
      Optional<CacheEntry> known,
      FailoverStore stores,
      SingleFlight flights,
      InstantSource clock) {
    this.wanted = wanted;
    this.ticket = ticket;
    this.known = known;
    this.stores = stores;
    this.flights = flights;
    this.clock = clock;
  }

  /** What was found and did not do. */
  public Optional<CacheEntry> known() {
    return known;
  }

  public EntryStore store() {
    return ticket.store();
  }

  /** When it is made. */
  public Instant now() {
    return clock.instant();
  }

  /** What may be answered with when the method fails. */
  public Optional<Hit> staleIfError() {
    Instant now = clock.instant();
    return known
        .filter(entry -> entry.lifetime().isUsableIfError(now))
        .map(entry -> stores.hit(wanted.key(), entry, ticket.store(), now));
  }

  /**
   * Stores what was made, and hands it to those who wait, unless it was evicted meanwhile.
   *
   * @return whether it was stored
   */
  public boolean store(CacheEntry made) {
    CacheEntry entry = made.withTags(ticket.permit().tags());
    SingleFlight.Flight flight = ticket.flight();
    boolean followed = flight != null && flight.startLanding();
    boolean shared = false;
    try {
      boolean stored = stores.put(wanted.key(), entry, ticket.permit(), ticket.store());
      shared = stored && (!followed || ticket.store().areCurrent(entry.tags()));
      count(entry, stored);
      return stored;
    } catch (RedisUnavailableException e) {
      stores.failed(wanted.key().cache());
      shared = true; // nobody can say that it was evicted, and a crowd of callers would compute
      return false;
    } finally {
      end(shared ? entry : null);
    }
  }

  /** Evicted by another node, it is made anew by one of those who wait, not by all of them. */
  private void end(@Nullable CacheEntry result) {
    SingleFlight.Flight flight = ticket.flight();
    if (flight == null) {
      return;
    }
    if (result != null) {
      flights.land(flight, result);
    } else if (ticket.store() == stores.local()) {
      flights.abandon(flight); // or this process has no room for it, now and for the next
    } else {
      flights.release(flight);
    }
  }

  private void count(CacheEntry entry, boolean stored) {
    CacheCounters count = stores.counters(wanted.key().cache());
    if (stored) {
      count.stored.increment();
      count.bytes.add(entry.body().length);
    } else {
      count.notStorable("evicted-meanwhile");
    }
  }

  /** Ends it without an entry. */
  public void abandon(String reason) {
    stores.counters(wanted.key().cache()).notStorable(reason);
    if (ticket.flight() != null) {
      flights.abandon(ticket.flight());
    }
  }
}
