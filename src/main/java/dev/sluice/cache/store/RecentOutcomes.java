package dev.sluice.cache.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/**
 * What is known of keys whose last computation stored nothing, so that callers neither queue for it
 * nor repeat it in vain. Bounded, and of this node.
 */
final class RecentOutcomes {

  /** How long callers of a key without storable responses compute without waiting for another. */
  private static final Duration UNSHARED = Duration.ofSeconds(1);

  /** How long responses of a key are assumed to be too large to be stored. */
  private static final Duration TOO_LARGE = Duration.ofMinutes(1);

  /** How long a computation is not repeated while an entry can be served. */
  private static final Duration RETRY = Duration.ofSeconds(1);

  private static final int MAX_KEYS = 10_000;

  private final InstantSource clock;
  private final Cache<EntryKey, Instant> unshared;
  private final Cache<EntryKey, Instant> tooLarge;
  private final Cache<EntryKey, Instant> failures;
  private final Cache<EntryKey, Instant> refreshed;

  RecentOutcomes(InstantSource clock) {
    this.clock = clock;
    this.unshared = memory(UNSHARED);
    this.tooLarge = memory(TOO_LARGE);
    this.failures = memory(Duration.ofMinutes(10));
    this.refreshed = memory(RETRY);
  }

  private Cache<EntryKey, Instant> memory(Duration life) {
    return Caffeine.newBuilder()
        .maximumSize(MAX_KEYS)
        .expireAfterWrite(life)
        .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
        .executor(Runnable::run)
        .build();
  }

  void notShared(EntryKey key) {
    unshared.put(key, clock.instant());
  }

  void tooLarge(EntryKey key) {
    tooLarge.put(key, clock.instant());
  }

  void failed(EntryKey key) {
    failures.put(key, clock.instant());
  }

  /** Whether a fresh entry may be revalidated: once in a moment. Notes that it is. */
  boolean refreshes(EntryKey key) {
    return refreshed.asMap().putIfAbsent(key, clock.instant()) == null;
  }

  void succeeded(EntryKey key) {
    failures.invalidate(key);
  }

  /** Whether callers compute without waiting for one another. */
  boolean isNotShared(EntryKey key) {
    return unshared.getIfPresent(key) != null;
  }

  boolean isTooLarge(EntryKey key) {
    return tooLarge.getIfPresent(key) != null;
  }

  /** Whether the last computation failed. */
  boolean isFailing(EntryKey key) {
    return failures.getIfPresent(key) != null;
  }

  /** Whether the last computation failed so long ago that one caller may try again. */
  boolean isRetryDue(EntryKey key) {
    Instant failed = failures.getIfPresent(key);
    return failed == null || !failed.plus(RETRY).isAfter(clock.instant());
  }
}
