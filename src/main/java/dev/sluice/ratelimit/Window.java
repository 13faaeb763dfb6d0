package dev.sluice.ratelimit;

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
  WindowState state(QuotaPolicy quota, long now, long cost);

  /**
   * Counts {@code cost}. What does not fit is counted only as far as the limit: a client never
   * waits longer than one period for it.
   */
  void take(QuotaPolicy quota, long now, long cost);

  /**
   * Takes back what was counted before.
   *
   * @param at the time at which it was counted
   */
  void refund(QuotaPolicy quota, long now, long at, long cost);

  /** Returns the memory that the window holds, roughly, in bytes. */
  int size();
}
