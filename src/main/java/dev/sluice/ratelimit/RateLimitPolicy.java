package dev.sluice.ratelimit;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A named set of limits that are declared and configured together.
 *
 * @param name what operators and clients see
 * @param id what is counted together: policies with the same id share their counts
 * @param onOutage LOCAL, FAIL_OPEN or FAIL_CLOSED
 * @param warnAt the warn threshold: the share of a limit at which an event is fired, in percent
 * @param condition which requests are charged
 */
record RateLimitPolicy(
    String name,
    String id,
    List<Limit> limits,
    Algorithm algorithm,
    OutagePolicy onOutage,
    boolean shadow,
    Optional<String> message,
    int warnAt,
    ChargeCondition condition) {

  RateLimitPolicy withLimits(List<Limit> others) {
    return new RateLimitPolicy(
        name, id, List.copyOf(others), algorithm, onOutage, shadow, message, warnAt, condition);
  }

  /**
   * Returns a quota policy for each period. Of two limits with the same period only the lower can
   * ever refuse; the other is left out.
   */
  List<QuotaPolicy> quotas() {
    Map<Long, Limit> lowest = new LinkedHashMap<>();
    for (Limit limit : limits) {
      lowest.merge(
          limit.periodMicros(),
          limit,
          (one, other) -> one.amount() <= other.amount() ? one : other);
    }
    return quotas(lowest.values());
  }

  private List<QuotaPolicy> quotas(Collection<Limit> lowest) {
    return lowest.stream().map(limit -> new QuotaPolicy(this, limit, lowest.size())).toList();
  }
}
