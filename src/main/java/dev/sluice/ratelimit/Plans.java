package dev.sluice.ratelimit;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/** The limits of one policy for clients with a plan. */
final class Plans {

  private static final int MAX_PLANS = 1000;

  private final PlanResolver resolver;
  private final RateLimitPolicy policy;
  private final BiFunction<String, String, List<Limit>> limits;
  private final Map<String, Optional<List<QuotaPolicy>>> byPlan = new ConcurrentHashMap<>();

  /**
   * @param limits finds the limits of a policy's plan; none if the settings have none
   */
  Plans(
      PlanResolver resolver,
      RateLimitPolicy policy,
      BiFunction<String, String, List<Limit>> limits) {
    this.resolver = resolver;
    this.policy = policy;
    this.limits = limits;
  }

  /** Returns the limits of the client's plan; empty if the policy's own apply. */
  Optional<List<QuotaPolicy>> quotasOf(Client client) {
    return resolver.planOf(policy.name(), client).flatMap(this::quotasOf);
  }

  private Optional<List<QuotaPolicy>> quotasOf(String plan) {
    if (byPlan.size() > MAX_PLANS) { // the application makes up names
      byPlan.clear();
    }
    return byPlan.computeIfAbsent(plan, this::read);
  }

  private Optional<List<QuotaPolicy>> read(String plan) {
    List<Limit> planned = limits.apply(policy.name(), plan);
    return planned.isEmpty() ? Optional.empty() : Optional.of(policy.withLimits(planned).quotas());
  }
}
