package dev.sluice.cache.store;

import dev.sluice.cache.store.Lookup.Hit;
import dev.sluice.cache.store.Lookup.Source;
import dev.sluice.redis.RedisException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The computation of one entry. It ends once, by {@link #store}, {@link #abandon}, {@link
 * #abandonTooLarge} or {@link #fail}; {@link #close} ends it if none of them has.
 */
public final class Fill implements AutoCloseable {

  /** The store to fill, its lease, and the entry that was there when the lease was given. */
  record Target(EntryStore store, EntryStore.Begun begun) {}

  private final LookupRequest request;
  private final Target target;
  private final Optional<CacheEntry> previous;
  private final SingleFlight.@Nullable Flight flight;
  private final FillContext context;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile List<String> tagsOfResult = List.of();

  /** What all fills of a cache share. */
  record FillContext(
      FailoverStore stores,
      SingleFlight flights,
      RecentOutcomes outcomes,
      CountersByCache counters,
      Set<Fill> leading,
      InstantSource clock) {}

  Fill(
      LookupRequest request,
      Target target,
      Optional<CacheEntry> previous,
      SingleFlight.@Nullable Flight flight,
      FillContext context) {
    this.request = request;
    this.target = target;
    this.previous = previous;
    this.flight = flight;
    this.context = context;
  }

  /** The entry that was found and could not be served. */
  public Optional<CacheEntry> previous() {
    return previous;
  }

  /** Keeps other nodes waiting while the computation runs. */
  void renew() {
    context.stores().renew(request.key(), target);
  }

  EntryStore store() {
    return target.store();
  }

  /** Adds tags, by their hashes, that were not known when the fill began. */
  public void tag(List<String> hashes) {
    tagsOfResult = hashes;
  }

  /** The current time. */
  public Instant now() {
    return context.clock().instant();
  }

  /** The previous entry, if it may be served while the computation runs. */
  public Optional<Hit> staleWhileRevalidating() {
    Instant now = now();
    return previous
        .filter(entry -> request.acceptsWhileRevalidating(entry, now))
        .map(entry -> new Hit(entry, Source.STALE, now));
  }

  /** The previous entry, if it may be served when the computation fails. */
  public Optional<Hit> staleIfError() {
    Instant now = now();
    return previous
        .filter(entry -> entry.lifetime().isUsableIfError(now))
        .map(entry -> new Hit(entry, Source.STALE_IF_ERROR, now));
  }

  /**
   * Stores the entry and shares it with the waiters, unless it was evicted meanwhile.
   *
   * @return whether it was stored
   */
  public boolean store(CacheEntry computed) {
    if (!ended.compareAndSet(false, true)) {
      return false;
    }
    SingleFlight.Result result = new SingleFlight.LookAgain();
    try {
      boolean awaited = isAwaited();
      Optional<CacheEntry> entry = stamped(computed);
      boolean stored = entry.isPresent() && store(entry.get(), target.begun().lease());
      if (stored && (!awaited || target.store().areCurrent(entry.get().tags()))) {
        result = new SingleFlight.Shared(entry.get());
      } else if (!stored && context.stores().isLocal(target.store())) {
        notShared(); // this process may have no room for it
      }
      count(computed, stored);
      return stored;
    } catch (RedisException e) {
      context.stores().redisFailed(request.key().cache());
      // Whether it was evicted is unknown; the waiters would all compute during an outage.
      result = new SingleFlight.Shared(computed);
      return false;
    } finally {
      context.outcomes().succeeded(request.key());
      endFlight(result);
    }
  }

  private boolean store(CacheEntry entry, EntryStore.Lease lease) {
    return context.stores().store(request.key(), entry, lease, target.store());
  }

  /**
   * Stores the entry in place of all others under its key, and ends their fills. Where there is
   * none, or the key was evicted or replaced meanwhile, the key is evicted.
   */
  public void replace(Optional<CacheEntry> computed) {
    Eviction eviction = new Eviction.OfKey(request.key().cache(), request.key().base());
    ended.set(true);
    boolean replaced = computed.isPresent() && replace(computed.get());
    context.flights().detach(eviction);
    if (!replaced) {
      context.stores().evict(eviction);
    }
    computed.ifPresent(entry -> count(entry, replaced));
  }

  private boolean replace(CacheEntry computed) {
    EntryStore.Lease lease = target.begun().lease();
    try {
      return stamped(computed)
          .filter(entry -> context.stores().replace(request.key(), entry, lease, target.store()))
          .isPresent();
    } catch (RedisException e) {
      context.stores().redisFailed(request.key().cache());
      return false;
    }
  }

  /** The entry with the stamps of its tags; empty if one of them may have been evicted. */
  private Optional<CacheEntry> stamped(CacheEntry computed) {
    EntryStore.Lease lease = target.begun().lease();
    Map<String, String> stamps = lease.knownTags();
    List<String> unknown =
        tagsOfResult.stream().filter(tag -> !stamps.containsKey(tag)).distinct().toList();
    if (unknown.isEmpty()) {
      return Optional.of(computed.withTags(stamps));
    }
    Optional<Map<String, String>> more =
        context.stores().stamps(request.key(), unknown, lease, target.store());
    if (more.isEmpty()) {
      context.stores().release(request.key(), target);
    }
    more.ifPresent(stamps::putAll);
    return more.map(found -> computed.withTags(stamps));
  }

  /** Lets callers compute without waiting; not when they start a new flight after an eviction. */
  private void notShared() {
    if (flight != null && context.flights().isAttached(flight)) {
      context.outcomes().notShared(request.key());
    }
  }

  private void count(CacheEntry entry, boolean stored) {
    CacheCounters count = counters();
    if (stored) {
      count.stored.increment();
      count.bytes.add(entry.body().length);
    } else {
      count.notStorable("evicted-meanwhile");
    }
  }

  /** Ends the fill without an entry; the waiters compute for themselves. */
  public void abandon(String reason) {
    end(
        reason,
        () -> {
          context.outcomes().succeeded(request.key());
          notShared();
          return new SingleFlight.LookAgain();
        });
  }

  /** Ends the fill without an entry, and evicts the key. */
  public void abandonAndEvict(String reason) {
    abandon(reason);
    Eviction eviction = new Eviction.OfKey(request.key().cache(), request.key().base());
    context.flights().detach(eviction);
    context.stores().evict(eviction);
  }

  /** Ends the fill without an entry; for a while callers of the key compute without a fill. */
  public void abandonTooLarge() {
    end(
        "too-large",
        () -> {
          context.outcomes().succeeded(request.key());
          context.outcomes().tooLarge(request.key());
          return new SingleFlight.LookAgain();
        });
  }

  /** Ends the fill because the computation failed; the waiters fail with it. */
  public void fail(Throwable cause) {
    end(
        "exception",
        () -> {
          context.outcomes().failed(request.key());
          return new SingleFlight.Failed(cause);
        });
  }

  /**
   * Ends the fill because the computation failed with a result that cannot be shared; the waiters
   * compute for themselves.
   */
  public void fail(String reason) {
    end(
        reason,
        () -> {
          context.outcomes().failed(request.key());
          notShared();
          return new SingleFlight.LookAgain();
        });
  }

  /**
   * Accepts no more waiters.
   *
   * @return whether there are waiters
   */
  public boolean closeToWaiters() {
    return !ended.get() && isAwaited();
  }

  private boolean isAwaited() {
    return flight != null && flight.close();
  }

  /** Ends the fill because the computation failed with this response, which the waiters get too. */
  public void fail(String reason, CacheEntry response) {
    end(
        reason,
        () -> {
          context.outcomes().failed(request.key());
          return new SingleFlight.FailedResponse(response);
        });
  }

  /** Ends the fill because there is an acceptable entry. */
  public void release() {
    if (ended.compareAndSet(false, true)) {
      try {
        context.stores().release(request.key(), target);
      } finally {
        endFlight(new SingleFlight.LookAgain());
      }
    }
  }

  /** Abandons the fill, unless it has ended. */
  @Override
  public void close() {
    abandon("unfinished");
  }

  private void end(String reason, Supplier<SingleFlight.Result> outcome) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    counters().notStorable(reason);
    release(outcome.get());
  }

  private void release(SingleFlight.Result result) {
    try {
      if (result instanceof SingleFlight.LookAgain) {
        context.stores().releaseUnshared(request.key(), target);
      } else {
        context.stores().release(request.key(), target);
      }
    } finally {
      endFlight(result);
    }
  }

  private void endFlight(SingleFlight.Result result) {
    context.leading().remove(this);
    if (flight != null) {
      context.flights().end(flight, result);
    }
  }

  private CacheCounters counters() {
    return context.counters().of(request.key().cache());
  }
}
