package dev.sluice.cache.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.redis.KeyDigest;
import dev.sluice.testing.SettableClock;
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
public final class Entries {

  public static final Duration FRESH = Duration.ofSeconds(30);

  private Entries() {}

  public static CacheEntry entry(String body, Lifetime lifetime) {
    return new CacheEntry(
        200, List.of(new Header("X-Own", "ünï")), body.getBytes(UTF_8), lifetime, Map.of());
  }

  public static CacheEntry entry(String body, Instant now) {
    return entry(body, Lifetime.from(now, FRESH, Duration.ZERO, Duration.ZERO));
  }

  /** Any fresh entry there. */
  public static LookupRequest wanted(EntryKey key, String... tags) {
    return new LookupRequest(key, List.of(tags), FRESH, LookupRequest.Demand.FRESH);
  }

  /** A cache that keeps what it has made in an outage for ten seconds. */
  public static CoalescingCache cache(
      Optional<RedisEntryStore> far, SettableClock clock, Duration maxWait) {
    FailoverStore tiers =
        new FailoverStore(
            far,
            new LocalEntryStore(100_000_000, clock),
            Duration.ofSeconds(10),
            clock,
            new CountersByCache(),
            () -> List.of(new Eviction.OfCache("products")));
    return new CoalescingCache(tiers, maxWait, clock);
  }

  /** A lookup that has come to an end, or waits for somebody else's. */
  public static CompletableFuture<Lookup> follow(Supplier<Lookup> lookup, Executor callers) {
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

  public static String body(CacheEntry entry) {
    return new String(entry.body(), UTF_8);
  }

  public static EntryKey key(String cache, String base, String variant) {
    return new EntryKey(cache, hash(base), hash(variant));
  }

  /** What a base key, a variant or a tag is hashed to. */
  static String hash(String text) {
    return KeyDigest.of(text.getBytes(UTF_8), 24);
  }
}
