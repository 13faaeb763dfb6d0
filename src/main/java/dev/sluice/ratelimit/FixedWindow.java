package dev.sluice.ratelimit;

/** The window of {@link Algorithm#FIXED_WINDOW}: its start, and what was used since. */
final class FixedWindow implements Window {

  private final long period;
  private long start;
  private long used;

  FixedWindow(Limit limit) {
    period = limit.periodMicros();
  }

  @Override
  public WindowState state(QuotaPolicy quota, long now, long cost) {
    if (start > now + PATIENCE || start + period <= now) {
      used = 0;
    }
    long amount = quota.limit().amount();
    long reset = used == 0 ? 0 : start + period - now;
    long retry = cost > amount ? period : reset;
    long remaining = Math.max(0, amount - used);
    return WindowState.ofMicros(quota, remaining, reset, used + cost > amount ? retry : 0);
  }

  @Override
  public void take(QuotaPolicy quota, long now, long cost) {
    state(quota, now, cost);
    if (used == 0) {
      start = now;
    }
    used += cost;
  }

  @Override
  public void refund(QuotaPolicy quota, long now, long at, long cost) {
    state(quota, now, cost);
    if (start <= at) {
      used = Math.max(0, used - cost);
    }
  }

  @Override
  public int size() {
    return 48;
  }
}
