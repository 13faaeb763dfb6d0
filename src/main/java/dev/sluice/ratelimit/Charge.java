package dev.sluice.ratelimit;

import java.util.List;

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

  /** Returns the charge of one request: a concurrency limit counts it once, whatever its cost. */
  static Charge of(QuotaPolicy quota, String client, int cost) {
    return new Charge(quota, client, quota.counting().isConcurrent() ? 1 : cost);
  }

  /** Returns the same charge at another cost. */
  Charge costing(int other) {
    return new Charge(quota, client, other);
  }

  /**
   * Returns how many charges right before the one at {@code place} are against its policy. The
   * charges of a policy are adjacent, its block last.
   */
  static int siblings(List<Charge> charges, int place) {
    int first = place;
    while (first > 0
        && charges.get(first - 1).policy().id().equals(charges.get(place).policy().id())) {
      first--;
    }
    return place - first;
  }

  RateLimitPolicy policy() {
    return quota.policy();
  }

  Counting counting() {
    return quota.counting();
  }

  long amount() {
    return quota.limit().amount();
  }

  /** Whether this limit refuses; a shadow policy only counts. */
  boolean isEnforced() {
    return !policy().shadow();
  }
}
