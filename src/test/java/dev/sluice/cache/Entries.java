package dev.sluice.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/** Entries and keys for tests. */
final class Entries {

  static final Duration FRESH = Duration.ofSeconds(30);

  private Entries() {}

  static CacheEntry entry(String body, Lifetime lifetime) {
    return new CacheEntry(
        200, List.of(new Header("X-Own", "ünï")), body.getBytes(UTF_8), lifetime, Map.of());
  }

  static CacheEntry entry(String body, Instant now) {
    return entry(body, Lifetime.from(now, FRESH, Duration.ZERO, Duration.ZERO));
  }

  /** Any fresh entry there. */
  static Wanted wanted(EntryKey key, String... tags) {
    return new Wanted(key, List.of(tags), FRESH, Wanted.Demand.FRESH);
  }

  /** A cache that keeps what it has made in an outage for ten seconds. */
  static TieredCache cache(Optional<FarTier> far, SettableClock clock, Duration maxWait) {
    Tiers tiers =
        new Tiers(
            far,
            new NearTier(100_000_000, clock),
            Duration.ofSeconds(10),
            clock,
            new Counts(),
            () -> List.of(new Eviction.OfCache("products")));
    return new TieredCache(tiers, maxWait, clock);
  }

  /** A lookup that has come to an end, or waits for somebody else's. */
  static CompletableFuture<Lookup> follow(Supplier<Lookup> lookup, Executor callers) {
    Thread[] thread = new Thread[1];
    CompletableFuture<Lookup> result =
        CompletableFuture.supplyAsync(
            () -> {
              thread[0] = Thread.currentThread();
              return lookup.get();
            },
            callers);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(2))
        .until(
            () ->
                result.isDone()
                    || (thread[0] != null && thread[0].getState() == Thread.State.TIMED_WAITING));
    return result;
  }

  static String body(CacheEntry entry) {
    return new String(entry.body(), UTF_8);
  }

  static EntryKey key(String cache, String base, String variant) {
    return new EntryKey(cache, CacheKeys.hash(List.of(base)), CacheKeys.hash(List.of(variant)));
  }
}
