package dev.sluice.ratelimit;

import java.util.List;
import java.util.Optional;

/**
 * Limits that are declared and configured together.
 *
 * @param name what operators and clients see
 * @param id what is counted together: policies with the same id share their quotas
 * @param onOutage LOCAL, FAIL_OPEN or FAIL_CLOSED
 * @param warnAt how much of a limit a client has used that is near it, in percent
 */
record RateLimitPolicy(
    String name,
    String id,
    List<Limit> limits,
    Algorithm algorithm,
    OutagePolicy onOutage,
    boolean shadow,
    Optional<String> message,
    int warnAt) {

  RateLimitPolicy withLimits(List<Limit> others) {
    return new RateLimitPolicy(
        name, id, List.copyOf(others), algorithm, onOutage, shadow, message, warnAt);
  }

  List<QuotaPolicy> quotas() {
    return limits.stream().distinct().map(limit -> new QuotaPolicy(this, limit)).toList();
  }
}
