package dev.sluice.ratelimit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A named set of limits that are declared and configured together.
 *
 * @param onOutage LOCAL, FAIL_OPEN or FAIL_CLOSED
 * @param condition which requests are charged
 * @param block refuses clients with too many refusals
 * @param overrides what the operator has set
 */
record RateLimitPolicy(
    PolicyName names,
    List<Limit> limits,
    Algorithm algorithm,
    OutagePolicy onOutage,
    ChargeCondition condition,
    Optional<Block> block,
    PolicyOverrides overrides) {

  String name() {
    return names.name();
  }

  String id() {
    return names.id();
  }

  /** Whether it only counts and refuses nothing. */
  boolean shadow() {
    return overrides.shadow();
  }

  /** Returns the text in refusals; empty for the standard one. */
  Optional<String> message() {
    return overrides.message();
  }

  /** Returns the warn threshold: the share of a limit at which an event is fired, in percent. */
  int warnAt() {
    return overrides.warnAt();
  }

  RateLimitPolicy withLimits(List<Limit> others) {
    return new RateLimitPolicy(
        names, List.copyOf(others), algorithm, onOutage, condition, block, overrides);
  }

  /**
   * Returns a quota policy for each period, and one for the block. Of two limits with the same
   * period only the lower can ever refuse; the other is left out.
   */
  List<QuotaPolicy> quotas() {
    Map<Object, Limit> lowest = new LinkedHashMap<>();
    for (Limit limit : limits) {
      lowest.merge(
          limit instanceof Limit.PerPeriod rate ? rate.period() : Limit.Concurrent.class,
          limit,
          (one, other) -> one.amount() <= other.amount() ? one : other);
    }
    return quotas(lowest.values());
  }

  private List<QuotaPolicy> quotas(Collection<Limit> lowest) {
    List<QuotaPolicy> quotas = new ArrayList<>(lowest.size() + 1);
    for (Limit limit : lowest) {
      quotas.add(QuotaPolicy.of(this, limit, lowest.size()));
    }
    block.ifPresent(rule -> quotas.add(QuotaPolicy.of(this, rule)));
    return List.copyOf(quotas);
  }
}
