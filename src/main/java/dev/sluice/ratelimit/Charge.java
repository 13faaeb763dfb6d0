package dev.sluice.ratelimit;

/**
 * One request's cost against one limit, for one client.
 *
 * @param quota the limit
 * @param client the digest of the {@link Client}
 * @param cost at least 1
 */
record Charge(QuotaPolicy quota, String client, int cost) {

  Charge {
    if (cost < 1) {
      throw new IllegalArgumentException("The cost of a request is at least 1, not " + cost);
    }
  }

  RateLimitPolicy policy() {
    return quota.policy();
  }

  /** Whether this limit refuses; a shadow policy only counts. */
  boolean isEnforced() {
    return !policy().shadow();
  }
}
