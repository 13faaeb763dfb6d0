package dev.sluice.cache;

import dev.sluice.redis.RedisUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks entries up, lets one caller at a time make what is missing, and evicts. Entries are in
 * Redis where there is one, else in this process; while Redis is out of reach they are in this
 * process for a while.
 */
final class TieredCache {

  /** A key evicted in an outage takes about 100 bytes until Redis is back. */
  private static final int MAX_PENDING = 10_000;

  /** Where an entry was found. */
  enum Tier {
    NEAR,
    FAR
  }

  /**
   * What a caller asks for.
   *
   * @param tags the hashes of the tags that a new entry is to have
   * @param life how long a new entry is of any use
   * @param demand which entries will do
   */
  record Wanted(EntryKey key, Collection<String> tags, Duration life, Demand demand) {}

  /** Which entries will do for a caller. */
  interface Demand {

    /** Any that is fresh. */
    Demand FRESH = (entry, now) -> entry.lifetime().isFresh(now);

    boolean isMetBy(CacheEntry entry, Instant now);

    /** Whether this one will do while somebody else makes it anew. */
    default boolean isMetWhileRevalidating(CacheEntry entry, Instant now) {
      return entry.lifetime().isUsableWhileRevalidating(now);
    }
  }

  sealed interface Lookup permits Hit, Miss {}

  /** An entry to answer with; {@code now} is when it was looked at. */
  record Hit(CacheEntry entry, How how, Instant now) implements Lookup {}

  /** How a caller came by an entry. */
  enum How {
    NEAR,
    FAR,
    COLLAPSED,
    STALE
  }

  /** Nothing to answer with: compute, and end the fill. */
  record Miss(Fill fill) implements Lookup {}

  private record Found(Optional<CacheEntry> entry, EntryStore store) {}

  private final @Nullable FarTier far;
  private final NearTier near;
  private final Duration nearMaxAge;
  private final Duration maxWait;
  private final InstantSource clock;
  private final SingleFlight flights = new SingleFlight();
  private final PendingEvictions pending;
  private final Map<String, Counters> counters = new ConcurrentHashMap<>();
  private volatile boolean outage;

  /**
   * @param nearMaxAge how long an entry made while Redis is out of reach is used
   * @param maxWait how long a caller waits for another that makes the same entry
   * @param everything the evictions that drop all that this application has cached
   */
  TieredCache(
      Optional<FarTier> far,
      NearTier near,
      Duration nearMaxAge,
      Duration maxWait,
      InstantSource clock,
      Supplier<List<Eviction>> everything) {
    this.far = far.orElse(null);
    this.near = near;
    this.nearMaxAge = nearMaxAge;
    this.maxWait = maxWait;
    this.clock = clock;
    this.pending = new PendingEvictions(MAX_PENDING, everything);
  }

  /** Finds an entry that will do, without any thought of making one. */
  Optional<Hit> peek(Wanted wanted) {
    Instant now = clock.instant();
    Found found = find(wanted.key());
    return found
        .entry()
        .filter(entry -> wanted.demand().isMetBy(entry, now))
        .map(entry -> hit(wanted.key(), entry, found.store(), now));
  }

  /** Finds an entry that will do; waits for it where another caller is making it. */
  Lookup lookup(Wanted wanted) {
    Instant start = clock.instant();
    while (true) {
      Instant now = clock.instant();
      Found found = find(wanted.key());
      if (found.entry().isPresent() && wanted.demand().isMetBy(found.entry().get(), now)) {
        return hit(wanted.key(), found.entry().get(), found.store(), now);
      }
      SingleFlight.Role role = flights.join(wanted.key(), wanted.tags());
      if (role instanceof SingleFlight.Leader leader) {
        return lead(wanted, found, leader.flight());
      }
      Optional<CacheEntry> stale =
          found.entry().filter(entry -> wanted.demand().isMetWhileRevalidating(entry, now));
      if (!(role instanceof SingleFlight.Alone) && stale.isPresent()) {
        counters(wanted.key().cache()).stale.increment();
        return new Hit(stale.get(), How.STALE, now);
      }
      if (role instanceof SingleFlight.Follower follower) {
        return follow(wanted, found, follower.flight());
      }
      if (role instanceof SingleFlight.Alone
          || Duration.between(start, clock.instant()).compareTo(maxWait) > 0) {
        return begin(wanted, found, null);
      }
      flights.await(((SingleFlight.Late) role).flight(), maxWait);
    }
  }

  /** Lets the caller compute whatever there is: it wants nothing that is stored. */
  Miss refresh(Wanted wanted) {
    counters(wanted.key().cache()).misses.increment();
    return new Miss(fill(wanted, usable(), Optional.empty(), null));
  }

  private Lookup lead(Wanted wanted, Found found, SingleFlight.Flight flight) {
    try {
      return begin(wanted, found, flight);
    } catch (RuntimeException | Error e) {
      flights.abandon(flight);
      throw e;
    }
  }

  private Lookup follow(Wanted wanted, Found found, SingleFlight.Flight flight) {
    Instant now = clock.instant();
    Optional<CacheEntry> shared =
        flights.await(flight, maxWait).filter(entry -> wanted.demand().isMetBy(entry, now));
    if (shared.isPresent()) {
      counters(wanted.key().cache()).collapsed.increment();
      return new Hit(shared.get(), How.COLLAPSED, clock.instant());
    }
    return begin(wanted, found, null);
  }

  /** The second look: whoever led before may have stored since the first. */
  private Lookup begin(Wanted wanted, Found found, SingleFlight.@Nullable Flight flight) {
    Fill fill = fill(wanted, found.store(), found.entry(), flight);
    Instant now = clock.instant();
    Optional<CacheEntry> second = fill.known().filter(entry -> wanted.demand().isMetBy(entry, now));
    if (second.isEmpty()) {
      counters(wanted.key().cache()).misses.increment();
      return new Miss(fill);
    }
    if (flight != null) {
      flights.land(flight, second.get());
    }
    return hit(wanted.key(), second.get(), fill.store, now);
  }

  private Fill fill(
      Wanted wanted,
      EntryStore store,
      Optional<CacheEntry> known,
      SingleFlight.@Nullable Flight flight) {
    EntryStore.Begun begun;
    try {
      begun = store.begin(wanted.key(), wanted.tags(), wanted.life());
    } catch (RedisUnavailableException e) {
      failed(wanted.key().cache());
      return fill(wanted, near, known, flight);
    }
    return begun instanceof EntryStore.Present present
        ? new Fill(wanted, store, present.permit(), Optional.of(present.entry()), flight)
        : new Fill(wanted, store, ((EntryStore.Absent) begun).permit(), known, flight);
  }

  private Found find(EntryKey key) {
    EntryStore store = usable();
    if (store == far) {
      try {
        Found found = new Found(store.find(key), store);
        if (outage) {
          outage = false;
          near.clear();
        }
        return found;
      } catch (RedisUnavailableException e) {
        failed(key.cache());
      }
    }
    return new Found(near.find(key), near);
  }

  /** Redis, if there is one and it has taken all evictions. */
  private EntryStore usable() {
    if (far == null) {
      return near;
    }
    try {
      return pending.replay(far) ? far : near;
    } catch (RedisUnavailableException e) {
      outage = true;
      return near;
    }
  }

  private void failed(String cache) {
    outage = true;
    counters(cache).failures.increment();
  }

  private Hit hit(EntryKey key, CacheEntry entry, EntryStore store, Instant now) {
    Counters count = counters(key.cache());
    if (!entry.lifetime().isFresh(now)) {
      count.stale.increment();
      return new Hit(entry, How.STALE, now);
    }
    (store == far ? count.farHits : count.nearHits).increment();
    return new Hit(entry, store == far ? How.FAR : How.NEAR, now);
  }

  /**
   * Drops entries: what was computed before this returns is never found after it. In an outage that
   * holds on this node at once, on others when Redis is back.
   */
  void evict(Eviction eviction) {
    flights.detach(eviction);
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
      outage = true;
      pending.add(eviction);
    }
  }

  /** Drops an entry that its reader could not make anything of. */
  void discard(EntryKey key) {
    counters(key.cache()).failures.increment();
    near.drop(key);
    if (usable() == far && far != null) {
      try {
        far.drop(key);
      } catch (RedisUnavailableException e) {
        failed(key.cache());
      }
    }
  }

  Counters counters(String cache) {
    return counters.computeIfAbsent(cache, name -> new Counters());
  }

  /** An entry in the making. Whoever has it ends it, with {@link #store} or {@link #abandon}. */
  final class Fill {
    private final Wanted wanted;
    private final EntryStore store;
    private final EntryStore.Permit permit;
    private final Optional<CacheEntry> known;
    private final SingleFlight.@Nullable Flight flight;

    private Fill(
        Wanted wanted,
        EntryStore store,
        EntryStore.Permit permit,
        Optional<CacheEntry> known,
        SingleFlight.@Nullable Flight flight) {
      this.wanted = wanted;
      this.store = store;
      this.permit = permit;
      this.known = known;
      this.flight = flight;
    }

    /** What was found and did not do. */
    Optional<CacheEntry> known() {
      return known;
    }

    /** What may be answered with when the method fails. */
    Optional<Hit> staleIfError() {
      Instant now = clock.instant();
      return known
          .filter(entry -> entry.lifetime().isUsableIfError(now))
          .map(entry -> hit(wanted.key(), entry, store, now));
    }

    /**
     * Stores what was made, and hands it to those who wait, unless it was evicted meanwhile.
     *
     * @param maker makes the entry, for an answer of now
     * @return whether it was stored
     */
    boolean store(Function<Instant, CacheEntry> maker) {
      boolean shared = false;
      CacheEntry entry = maker.apply(clock.instant()).withTags(permit.tags());
      try {
        boolean followed = flight != null && flight.startLanding();
        boolean stored = put(entry);
        shared = stored && (!followed || store.areCurrent(entry.tags()));
        Counters count = counters(wanted.key().cache());
        if (stored) {
          count.stored.increment();
          count.bytes.add(entry.body().length);
        } else {
          count.notStorable("evicted-meanwhile");
        }
        return stored;
      } catch (RedisUnavailableException e) {
        failed(wanted.key().cache());
        shared = true; // nobody can say that it was evicted, and a crowd of callers would compute
        return false;
      } finally {
        end(shared ? entry : null);
      }
    }

    private boolean put(CacheEntry entry) {
      if (store == near) {
        return near.store(
            wanted.key(),
            far == null ? entry : entry.cappedAt(clock.instant().plus(nearMaxAge)),
            permit);
      }
      return usable() == store && store.store(wanted.key(), entry, permit);
    }

    /** Ends it without an entry. */
    void abandon(String reason) {
      counters(wanted.key().cache()).notStorable(reason);
      end(null);
    }

    private void end(@Nullable CacheEntry result) {
      if (flight == null) {
        return;
      }
      if (result == null) {
        flights.abandon(flight);
      } else {
        flights.land(flight, result);
      }
    }
  }
}
