package dev.sluice.ratelimit;

/**
 * Which requests are charged, by the status of the response. A request is charged when it is
 * admitted, and the charge is taken back when the response shows that it does not count: so
 * concurrent requests never exceed the limit, and a node that is killed takes nothing back.
 */
public enum ChargeWhen {

  /** Every request. */
  ALWAYS,

  /**
   * Requests that fail, for limits on attempts to guess a password. By default the statuses 400 to
   * 599; {@code sluice.policies.NAME.failed-statuses} names others.
   */
  FAILED,

  /** Requests that do not fail, for limits on results such as downloads. */
  SUCCEEDED
}
