package dev.sluice.cache.store;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * At most one computation of each key in this JVM: the leader computes, the waiters get its result.
 */
final class SingleFlight {

  /** The end of a computation, for the waiters. */
  sealed interface Result permits Shared, LookAgain, Failed, FailedResponse {}

  /** The entry may be served to the waiters. */
  record Shared(CacheEntry entry) implements Result {}

  /** There is nothing to share: each waiter looks the entry up again. */
  record LookAgain() implements Result {}

  /** The computation failed. */
  record Failed(Throwable cause) implements Result {}

  /** The computation failed, and its response says so; it is not stored. */
  record FailedResponse(CacheEntry response) implements Result {}

  /** One computation. */
  static final class Flight {
    private final EntryKey key;
    private final Collection<String> tags;
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private boolean closed;
    private boolean awaited;

    Flight(EntryKey key, Collection<String> tags) {
      this.key = key;
      this.tags = tags;
    }

    /**
     * Accepts no more waiters: one that comes later may come after an eviction of which the store's
     * reply to this flight does not tell.
     *
     * @return whether there are waiters
     */
    synchronized boolean close() {
      closed = true;
      return awaited;
    }

    private synchronized boolean accept() {
      awaited |= !closed;
      return !closed;
    }
  }

  /** What a caller does about a missing entry. */
  sealed interface Role permits Leader, Waiter, LateWaiter {}

  /** Computes the entry, and ends the flight. */
  record Leader(Flight flight) implements Role {}

  /** Waits for the result of the flight. */
  record Waiter(Flight flight) implements Role {}

  /** Waits for the end of the flight, then looks the entry up again. */
  record LateWaiter(Flight flight) implements Role {}

  private final Map<EntryKey, Flight> flights = new ConcurrentHashMap<>();

  Role join(EntryKey key, Collection<String> tags) {
    Flight mine = new Flight(key, tags);
    Flight running = flights.putIfAbsent(key, mine);
    if (running == null) {
      return new Leader(mine);
    }
    return running.accept() ? new Waiter(running) : new LateWaiter(running);
  }

  /** Ends a flight; the next caller leads. */
  void end(Flight flight, Result result) {
    flights.remove(flight.key, flight);
    flight.result.complete(result);
  }

  /** Whether callers still join the flight. */
  boolean isAttached(Flight flight) {
    return flights.get(flight.key) == flight;
  }

  /** Detaches the flights that the eviction concerns: who calls after it starts a new one. */
  void detach(Eviction eviction) {
    flights.values().removeIf(flight -> eviction.concerns(flight.key, flight.tags));
  }

  /** Waits for the result; a flight that does not end in time is detached. */
  Result await(Flight flight, Duration atMost) {
    try {
      return flight.result.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      flights.remove(flight.key, flight);
      return new LookAgain();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new LookAgain();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
