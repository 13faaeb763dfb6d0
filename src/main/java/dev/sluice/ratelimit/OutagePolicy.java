package dev.sluice.ratelimit;

/** What holds for a policy while Redis is unavailable. */
public enum OutagePolicy {

  /** The setting {@code sluice.rate-limit.on-outage} decides. */
  CONFIGURED,

  /** Each node counts for itself: n nodes together may admit n times as much. */
  LOCAL,

  /** Every request is admitted. */
  FAIL_OPEN,

  /** Every request is refused: 503 with {@code Retry-After}. */
  FAIL_CLOSED
}
