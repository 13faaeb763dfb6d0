package dev.sluice.ratelimit;

/** A bucket of N tokens; what was taken comes back evenly, N in a period. */
final class TokenBucket implements Window {

  private final long amount;
  private final long period;
  private long at;

  /** Tokens that had not come back yet at {@link #at}. */
  private double missing;

  TokenBucket(Limit limit) {
    amount = limit.amount();
    period = limit.periodMicros();
  }

  @Override
  public QuotaState state(long now, long cost) {
    double missing = missingAt(now);
    long remaining = (long) Math.floor(amount - missing);
    long reset = missing == 0 ? 0 : micros(missing - (amount - remaining - 1));
    if (missing + cost <= amount) {
      return new QuotaState(remaining, reset, 0);
    }
    long retry = cost > amount ? period : micros(missing + cost - amount);
    return new QuotaState(remaining, reset, Math.max(1, retry));
  }

  @Override
  public void take(long now, long cost) {
    missing = missingAt(now) + cost;
    at = at > now + PATIENCE ? now : Math.max(at, now);
  }

  private double missingAt(long now) {
    if (at > now + PATIENCE) {
      return 0;
    }
    double back = (double) Math.max(0, now - at) * amount / period;
    return Math.max(0, missing - back);
  }

  private long micros(double tokens) {
    return (long) Math.ceil(tokens * period / amount);
  }

  @Override
  public int size() {
    return 48;
  }
}
