package dev.sluice.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.sluice.ratelimit.Decision.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The refusals of the last second, so that a refused request is refused again without a round trip:
 * for a second at most, and never beyond the moment at which its quota returns. A refusal also
 * holds for the same limits at a higher cost.
 */
final class RefusalCache {

  private static final Duration LONGEST = Duration.ofSeconds(1);
  private static final int MAX_SIZE = 100_000;

  private record Window(QuotaPolicy quota, String client) {}

  private record CachedRefusal(Refused refused, List<Charge> charges, long asked, long until) {

    /** Whether none of {@code others}, for the same limits, costs less than what was refused. */
    boolean holdsFor(List<Charge> others) {
      for (int i = 0; i < charges.size(); i++) {
        if (others.get(i).cost() < charges.get(i).cost()) {
          return false;
        }
      }
      return true;
    }
  }

  private final Cache<List<Window>, CachedRefusal> refusals;
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime the clock, as {@link System#nanoTime}
   */
  RefusalCache(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    Ticker ticker = nanoTime::getAsLong;
    refusals =
        Caffeine.newBuilder()
            .maximumSize(MAX_SIZE)
            .expireAfterWrite(LONGEST)
            .ticker(ticker)
            .scheduler(Scheduler.systemScheduler()) // else memory is freed by the next refusal only
            .executor(Runnable::run)
            .build();
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** Returns the refusal that still holds, its times counted down to now. */
  Optional<Refused> find(List<Charge> charges) {
    CachedRefusal cached = refusals.getIfPresent(windows(charges));
    long now = now();
    return cached == null || cached.until - now <= 0 || !cached.holdsFor(charges)
        ? Optional.empty()
        : Optional.of(cached.refused.after(Duration.ofNanos(now - cached.asked)));
  }

  /**
   * @param asked {@link #now} before the store was asked
   */
  void add(List<Charge> charges, Refused refused, long asked) {
    Duration holds = refused.retryAfter();
    if (holds.compareTo(LONGEST) > 0) {
      holds = LONGEST;
    }
    refusals.put(
        windows(charges), new CachedRefusal(refused, charges, asked, asked + holds.toNanos()));
  }

  void remove(List<Charge> charges) {
    refusals.invalidate(windows(charges));
  }

  void clear() {
    refusals.invalidateAll();
  }

  long size() {
    return refusals.estimatedSize();
  }

  private static List<Window> windows(List<Charge> charges) {
    if (charges.size() == 1) {
      return List.of(window(charges.get(0)));
    }
    List<Window> windows = new ArrayList<>(charges.size());
    for (Charge charge : charges) {
      windows.add(window(charge));
    }
    return windows;
  }

  private static Window window(Charge charge) {
    return new Window(charge.quota(), charge.client());
  }
}
