package dev.sluice.ratelimit;

/**
 * What one limit has counted for one client, in this process. Times are microseconds since the
 * epoch. A clock that steps back by more than a second empties it; until then time stands still.
 */
interface Window {

  long PATIENCE = 1_000_000;

  /** What is left, and whether {@code cost} fits. */
  QuotaState state(long now, long cost);

  /** Counts {@code cost}, which fits. */
  void take(long now, long cost);

  /** Bytes held, roughly. */
  int size();
}
