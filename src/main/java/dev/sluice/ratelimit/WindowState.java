package dev.sluice.ratelimit;

import java.time.Duration;

/**
 * What the store says of one limit for one client after a decision.
 *
 * @param quota the limit
 * @param client the digest of the {@link Client}
 * @param remaining how much the client may still use, from 0
 * @param reset how long until more remains; zero if nothing is used
 * @param retry how long until the cost of the request fits; zero if it fitted
 */
public record WindowState(
    QuotaPolicy quota, String client, long remaining, Duration reset, Duration retry) {

  static WindowState ofMicros(Charge charge, long remaining, long reset, long retry) {
    return new WindowState(
        charge.quota(), charge.client(), remaining, micros(reset), micros(retry));
  }

  private static Duration micros(long micros) {
    return micros == 0
        ? Duration.ZERO
        : Duration.ofSeconds(micros / 1_000_000, micros % 1_000_000 * 1000);
  }

  /** Whether this limit refused the request. */
  public boolean isExceeded() {
    return !retry.isZero();
  }

  boolean admits() {
    return retry.isZero();
  }

  /** The same state {@code elapsed} later; a limit that was exceeded still is. */
  WindowState after(Duration elapsed) {
    return new WindowState(quota, client, remaining, minus(reset, elapsed), minus(retry, elapsed));
  }

  /** The same limit while its client is blocked for so long. */
  WindowState blocked(Duration rest) {
    return new WindowState(quota, client, 0, rest, rest);
  }

  /** The same state after so much was taken back. */
  WindowState refunded(int cost) {
    return new WindowState(
        quota, client, Math.min(quota.limit().amount(), remaining + cost), reset, retry);
  }

  private static Duration minus(Duration time, Duration elapsed) {
    if (time.isZero()) {
      return time;
    }
    Duration left = time.minus(elapsed);
    return left.isNegative() || left.isZero() ? Duration.ofNanos(1) : left;
  }
}
