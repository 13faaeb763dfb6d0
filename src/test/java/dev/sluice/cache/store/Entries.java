package dev.sluice.cache.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.redis.KeyDigest;
import dev.sluice.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
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

  /** A request for any fresh entry. */
  public static LookupRequest request(EntryKey key, String... tags) {
    return new LookupRequest(key, List.of(tags), FRESH, LookupRequest.Acceptance.FRESH);
  }

  /** A cache that serves entries computed during an outage for ten seconds. */
  static CoalescingCache cache(
      Optional<RedisEntryStore> redis, SettableClock clock, Duration maxWait) {
    CountersByCache counters = new CountersByCache();
    FailoverStore stores =
        new FailoverStore(
            redis,
            new LocalEntryStore(100_000_000, clock),
            Duration.ofSeconds(10),
            clock,
            counters,
            () -> List.of(new Eviction.OfCache("products")));
    return new CoalescingCache(stores, maxWait, clock, counters);
  }

  /** A near cache without a listener, which is off. */
  static NearCache noNearCache() {
    return new NearCache(
        "sluice", 0, Duration.ofSeconds(1), InstantSource.system(), System::nanoTime);
  }

  /** Starts a lookup, and returns when it has ended or waits for another caller's computation. */
  public static CompletableFuture<Lookup> lookUp(Supplier<Lookup> lookup, Executor callers) {
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

  /** The hash of a base key, a variant or a tag. */
  static String hash(String text) {
    return KeyDigest.of(text.getBytes(UTF_8), 24);
  }

  /** The stored value with another body, if the known text is in its body. */
  public static Optional<byte[]> withBody(byte[] stored, String known, String body) {
    if (stored.length < Token.LENGTH) {
      return Optional.empty();
    }
    return CacheEntry.parse(Arrays.copyOfRange(stored, Token.LENGTH, stored.length))
        .filter(entry -> body(entry).contains(known))
        .map(
            old -> {
              byte[] other =
                  new CacheEntry(
                          old.status(),
                          old.headers(),
                          body.getBytes(UTF_8),
                          old.lifetime(),
                          old.tags())
                      .toBytes();
              byte[] all = Arrays.copyOf(stored, Token.LENGTH + other.length);
              System.arraycopy(other, 0, all, Token.LENGTH, other.length);
              return all;
            });
  }
}
