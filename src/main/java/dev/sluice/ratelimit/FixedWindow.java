package dev.sluice.ratelimit;

/** Counts from the first request on, for one period; then anew from the next. */
final class FixedWindow implements Window {

  private final long amount;
  private final long period;
  private long start;
  private long used;

  FixedWindow(Limit limit) {
    amount = limit.amount();
    period = limit.periodMicros();
  }

  @Override
  public QuotaState state(long now, long cost) {
    if (start > now + PATIENCE || start + period <= now) {
      used = 0;
    }
    long rest = used == 0 ? 0 : start + period - now;
    if (used + cost <= amount) {
      return new QuotaState(amount - used, rest, 0);
    }
    return new QuotaState(amount - used, rest, cost > amount ? period : rest);
  }

  @Override
  public void take(long now, long cost) {
    state(now, cost);
    if (used == 0) {
      start = now;
    }
    used += cost;
  }

  @Override
  public int size() {
    return 48;
  }
}
