package dev.sluice.ratelimit;

/**
 * What one request asks of one limit for one client.
 *
 * @param client the partition key, hashed
 * @param cost at least 1
 */
record Charge(QuotaPolicy policy, String client, int cost) {

  Charge {
    if (cost < 1) {
      throw new IllegalArgumentException("The cost of a request is at least 1, not " + cost);
    }
  }

  boolean isEnforced() {
    return !policy.policy().shadow();
  }
}
