package dev.sluice.ratelimit;

import dev.sluice.ratelimit.QuotaStore.Receipt;

/**
 * What one client has used of one limit, in this process. The period never changes; the amount may
 * differ from call to call, as an operator or a plan changes it. Times are microseconds since the
 * epoch. A clock that steps back by more than {@link #PATIENCE} empties the window; until then time
 * stands still.
 */
interface Window {

  /** One second, in microseconds. */
  long PATIENCE = 1_000_000;

  /** Returns what is left, and whether {@code cost} fits. */
  WindowState state(Charge charge, long now, long cost);

  /**
   * Counts a charge. What does not fit is counted only as far as the limit: a client never waits
   * longer than one period for it.
   */
  void take(Charge charge, Receipt receipt);

  /** Takes back what was counted before with this receipt. */
  void refund(Charge charge, long now, Receipt receipt);

  /** Returns the memory that the window holds, roughly, in bytes. */
  int size();
}
