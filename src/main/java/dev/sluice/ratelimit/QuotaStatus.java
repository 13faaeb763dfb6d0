package dev.sluice.ratelimit;

import java.time.Duration;

/**
 * How one limit stands for one client after a decision.
 *
 * @param remaining what may still be used
 * @param reset until more remains; zero if nothing is used
 * @param retry until the cost asked for fits; zero if it did
 */
public record QuotaStatus(QuotaPolicy policy, long remaining, Duration reset, Duration retry) {

  static QuotaStatus of(Charge quota, QuotaState state) {
    return new QuotaStatus(
        quota.policy(),
        state.remaining(),
        micros(state.resetMicros()),
        micros(state.retryMicros()));
  }

  private static Duration micros(long micros) {
    return micros == 0
        ? Duration.ZERO
        : Duration.ofSeconds(micros / 1_000_000, micros % 1_000_000 * 1000);
  }

  /** Whether it is what refused the request. */
  public boolean isExceeded() {
    return !retry.isZero();
  }

  /** The same seen {@code elapsed} later; what was exceeded still is. */
  QuotaStatus after(Duration elapsed) {
    return new QuotaStatus(policy, remaining, minus(reset, elapsed), minus(retry, elapsed));
  }

  private static Duration minus(Duration time, Duration elapsed) {
    if (time.isZero()) {
      return time;
    }
    Duration left = time.minus(elapsed);
    return left.isNegative() || left.isZero() ? Duration.ofNanos(1) : left;
  }
}
