package dev.sluice.cache.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Concurrent misses of one key within this JVM: the first computes, the others wait for what comes
 * of it. What may not be stored is not handed on; then each computes for itself, and so do, for a
 * second, those who come next, so that they do not queue behind each other.
 */
public final class SingleFlight {

  private static final Duration ALONE = Duration.ofSeconds(1);

  /** One computation under way. */
  public static final class Flight {
    private final EntryKey key;
    private final Collection<String> tags;
    private final CompletableFuture<Optional<CacheEntry>> landed = new CompletableFuture<>();
    private boolean landing;
    private boolean followed;

    Flight(EntryKey key, Collection<String> tags) {
      this.key = key;
      this.tags = tags;
    }

    /**
     * From here on nobody who comes is given the result: they may have come after an eviction that
     * the store's answer does not tell of.
     *
     * @return whether anybody waits for it
     */
    synchronized boolean startLanding() {
      landing = true;
      return followed;
    }

    private synchronized boolean follow() {
      followed |= !landing;
      return !landing;
    }
  }

  /** What a caller is to do. */
  public sealed interface Role permits Leader, Waiter, Late, Alone {}

  /** Compute, and land the flight. */
  public record Leader(Flight flight) implements Role {}

  /** Wait for the flight. */
  public record Waiter(Flight flight) implements Role {}

  /** Wait until it has landed, then look again. */
  public record Late(Flight flight) implements Role {}

  /** Compute: the last result was not for sharing. */
  public record Alone() implements Role {}

  private final Map<EntryKey, Flight> flights = new ConcurrentHashMap<>();
  private final Cache<EntryKey, Boolean> alone =
      Caffeine.newBuilder()
          .maximumSize(10_000)
          .expireAfterWrite(ALONE)
          .executor(Runnable::run)
          .build();

  public Role join(EntryKey key, Collection<String> tags) {
    if (alone.getIfPresent(key) != null) {
      return new Alone();
    }
    Flight mine = new Flight(key, tags);
    Flight there = flights.putIfAbsent(key, mine);
    if (there == null) {
      return new Leader(mine);
    }
    return there.follow() ? new Waiter(there) : new Late(there);
  }

  /** Ends a flight with a result for those who follow. */
  public void land(Flight flight, CacheEntry result) {
    flights.remove(flight.key, flight);
    flight.landed.complete(Optional.of(result));
  }

  /** Ends a flight without a result: those who follow look again, and one of them leads. */
  public void release(Flight flight) {
    flights.remove(flight.key, flight);
    flight.landed.complete(Optional.empty());
  }

  /** Ends a flight whose result is not for sharing, once. */
  public void abandon(Flight flight) {
    if (flights.remove(flight.key, flight)) {
      alone.put(flight.key, true);
    }
    flight.landed.complete(Optional.empty());
  }

  /** Nobody joins these any more; who has joined came before the eviction. */
  public void detach(Eviction eviction) {
    flights.values().removeIf(flight -> eviction.concerns(flight.key, flight.tags));
  }

  /** The result, or empty when there is none to share, or none in time; then nobody joins it. */
  public Optional<CacheEntry> await(Flight flight, Duration atMost) {
    try {
      return flight.landed.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      flights.remove(flight.key, flight);
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
