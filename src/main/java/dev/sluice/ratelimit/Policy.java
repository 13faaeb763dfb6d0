package dev.sluice.ratelimit;

import java.util.List;
import java.util.Optional;

/**
 * Limits that are declared and configured together.
 *
 * @param name what operators and clients see
 * @param id what is counted together: policies with the same id share their quotas
 * @param onOutage LOCAL, OPEN or CLOSED
 * @param near how much of a limit a client has used that is near it, in percent
 */
record Policy(
    String name,
    String id,
    List<Limit> limits,
    Algorithm algorithm,
    OnOutage onOutage,
    boolean shadow,
    Optional<String> message,
    int near) {

  Policy withLimits(List<Limit> others) {
    return new Policy(name, id, List.copyOf(others), algorithm, onOutage, shadow, message, near);
  }

  List<QuotaPolicy> quotas() {
    return limits.stream().distinct().map(limit -> new QuotaPolicy(this, limit)).toList();
  }
}
