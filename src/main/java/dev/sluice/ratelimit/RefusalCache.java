package dev.sluice.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.ratelimit.Decision.Refused;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Who was refused a moment ago, so that the same request is refused again without a round trip: for
 * at most a second, and never beyond the moment at which its quota returns.
 */
final class RefusalCache {

  private static final Duration LONGEST = Duration.ofSeconds(1);
  private static final int MOST = 100_000;

  private record CachedRefusal(Refused refused, long asked, long until) {}

  private final Cache<List<Charge>, CachedRefusal> refusals =
      Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime the clock, as {@link System#nanoTime}
   */
  RefusalCache(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** The refusal that still holds, its times counted down to now. */
  Optional<Refused> find(List<Charge> quotas) {
    CachedRefusal cached = refusals.getIfPresent(quotas);
    if (cached == null) {
      return Optional.empty();
    }
    long now = now();
    if (cached.until - now <= 0) {
      refusals.invalidate(quotas);
      return Optional.empty();
    }
    return Optional.of(cached.refused.after(Duration.ofNanos(now - cached.asked)));
  }

  /**
   * @param asked {@link #now} before the store was asked
   */
  void add(List<Charge> quotas, Refused refused, long asked) {
    Duration holds = refused.retryAfter();
    if (holds.compareTo(LONGEST) > 0) {
      holds = LONGEST;
    }
    refusals.put(quotas, new CachedRefusal(refused, asked, asked + holds.toNanos()));
  }

  void clear() {
    refusals.invalidateAll();
  }
}
