package dev.sluice.ratelimit;

import dev.sluice.ratelimit.QuotaStore.Receipt;

/** The window of {@link Algorithm#FIXED_WINDOW}: its start, and what was used since. */
final class FixedWindow implements Window {

  private final long period;
  private long start;
  private long used;

  FixedWindow(Limit.PerPeriod limit) {
    period = limit.periodMicros();
  }

  @Override
  public WindowState state(Charge charge, long now, long cost) {
    expire(now);
    long amount = charge.amount();
    long reset = used == 0 ? 0 : start + period - now;
    long retry = cost > amount ? period : reset;
    long remaining = Math.max(0, amount - used);
    return WindowState.ofMicros(charge, remaining, reset, used + cost > amount ? retry : 0);
  }

  private void expire(long now) {
    if (start > now + PATIENCE || start + period <= now) {
      used = 0;
    }
  }

  @Override
  public void take(Charge charge, Receipt receipt) {
    long now = receipt.at();
    expire(now);
    if (used == 0) {
      start = now;
    }
    used += charge.cost();
  }

  @Override
  public void refund(Charge charge, long now, Receipt receipt) {
    expire(now);
    if (start <= receipt.at()) {
      used = Math.max(0, used - charge.cost());
    }
  }

  @Override
  public int size() {
    return 48;
  }
}
