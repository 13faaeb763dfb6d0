package dev.sluice.ratelimit;

/** What holds for a policy while Redis cannot be asked. */
public enum OutagePolicy {

  /** What {@code sluice.rate-limit.on-outage} says. */
  CONFIGURED,

  /** Each node counts for itself, so that n nodes together may admit n times as much. */
  LOCAL,

  /** Everything is admitted. */
  FAIL_OPEN,

  /** Nothing is admitted: 503 with {@code Retry-After}. */
  FAIL_CLOSED
}
