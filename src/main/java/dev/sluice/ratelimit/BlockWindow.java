package dev.sluice.ratelimit;

import dev.sluice.ratelimit.QuotaStore.Receipt;

/** The window of a {@link Block}: how many refusals since when, or until when it blocks. */
final class BlockWindow implements Window {

  private final long period;
  private final long duration;
  private long start;
  private long refusals;
  private long blockedUntil;

  /**
   * @param period the period in which refusals are counted, in microseconds
   * @param duration how long a block lasts, in microseconds
   */
  BlockWindow(long period, long duration) {
    this.period = period;
    this.duration = duration;
  }

  /** Returns the rest of the block as the time until a retry. */
  @Override
  public WindowState state(Charge charge, long now, long cost) {
    if (blockedUntil > now + duration + PATIENCE) {
      blockedUntil = 0;
    }
    long rest = Math.max(0, blockedUntil - now);
    return WindowState.ofMicros(charge, 0, rest, rest);
  }

  /** Counts one refusal. */
  @Override
  public void take(Charge charge, Receipt receipt) {
    long now = receipt.at();
    if (start + period <= now || start > now + PATIENCE) {
      start = now;
      refusals = 0;
    }
    refusals++;
    if (refusals >= charge.amount()) {
      refusals = 0;
      blockedUntil = now + duration;
    }
  }

  /** Takes nothing back: a refusal is never corrected. */
  @Override
  public void refund(Charge charge, long now, Receipt receipt) {}

  @Override
  public int size() {
    return 64;
  }
}
