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
final class NearDenials {

  private static final Duration LONGEST = Duration.ofSeconds(1);
  private static final int MOST = 100_000;

  private record Denial(Refused refused, long asked, long until) {}

  private final Cache<List<Quota>, Denial> denials =
      Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime the clock, as {@link System#nanoTime}
   */
  NearDenials(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** The refusal that still holds, its times counted down to now. */
  Optional<Refused> find(List<Quota> quotas) {
    Denial denial = denials.getIfPresent(quotas);
    if (denial == null) {
      return Optional.empty();
    }
    long now = now();
    if (denial.until - now <= 0) {
      denials.invalidate(quotas);
      return Optional.empty();
    }
    return Optional.of(denial.refused.after(Duration.ofNanos(now - denial.asked)));
  }

  /**
   * @param asked {@link #now} before the store was asked
   */
  void add(List<Quota> quotas, Refused refused, long asked) {
    Duration holds = refused.retryAfter();
    if (holds.compareTo(LONGEST) > 0) {
      holds = LONGEST;
    }
    denials.put(quotas, new Denial(refused, asked, asked + holds.toNanos()));
  }

  void clear() {
    denials.invalidateAll();
  }
}
