package dev.sluice.ratelimit;

import dev.sluice.ratelimit.QuotaStore.Receipt;

/** The window of {@link Algorithm#TOKEN_BUCKET}: how many tokens were missing, and when. */
final class TokenBucket implements Window {

  private final long period;
  private long at;

  /** Tokens that had not come back yet at {@link #at}. */
  private double missing;

  TokenBucket(Limit.PerPeriod limit) {
    period = limit.periodMicros();
  }

  @Override
  public WindowState state(Charge charge, long now, long cost) {
    long amount = charge.amount();
    double missing = missing(amount, now);
    long remaining = (long) Math.floor(amount - missing);
    long reset = missing == 0 ? 0 : micros(missing - (amount - remaining - 1), amount);
    if (missing + cost <= amount) {
      return WindowState.ofMicros(charge, remaining, reset, 0);
    }
    long retry = cost > amount ? period : micros(missing + cost - amount, amount);
    return WindowState.ofMicros(charge, remaining, reset, Math.max(1, retry));
  }

  @Override
  public void take(Charge charge, Receipt receipt) {
    long now = receipt.at();
    long amount = charge.amount();
    set(now, Math.min((double) amount, missing(amount, now) + charge.cost()));
  }

  /** Takes back the tokens that have not come back since. */
  @Override
  public void refund(Charge charge, long now, Receipt receipt) {
    long amount = charge.amount();
    double back = (double) Math.max(0, now - receipt.at()) * amount / period;
    set(now, Math.max(0, missing(amount, now) - Math.max(0, charge.cost() - back)));
  }

  private void set(long now, double tokens) {
    missing = tokens;
    at = at > now + PATIENCE ? now : Math.max(at, now);
  }

  /** Returns the tokens missing at {@code now}; never more than the bucket holds. */
  private double missing(long amount, long now) {
    if (at > now + PATIENCE) {
      return 0;
    }
    double back = (double) Math.max(0, now - at) * amount / period;
    return Math.min((double) amount, Math.max(0, missing - back));
  }

  private long micros(double tokens, long amount) {
    return (long) Math.ceil(tokens * period / amount);
  }

  @Override
  public int size() {
    return 48;
  }
}
