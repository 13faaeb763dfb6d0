package dev.sluice.ratelimit;

import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One {@link RateLimited}, or one setting, as it holds for a resource method.
 *
 * @param quotas one for each of the policy's limits
 */
record RateLimitDeclaration(
    Policy policy,
    List<QuotaPolicy> quotas,
    PartitionKey by,
    int cost,
    Optional<RateLimitRule> rule) {

  /** Adds what {@code request} asks of each limit. */
  void addQuotas(ContainerRequestContext request, List<Quota> all) {
    if (rule.isPresent()) {
      addRuled(rule.get(), request, all);
    } else {
      add(quotas, Digest.of(by.of(request)), cost, all);
    }
  }

  /** What somebody who is called {@code name} asks of each limit. */
  List<Quota> quotas(String name, int cost) {
    List<Quota> all = new ArrayList<>(quotas.size());
    add(quotas, Digest.of(by.of(name)), cost, all);
    return all;
  }

  private void addRuled(RateLimitRule rule, ContainerRequestContext request, List<Quota> all) {
    if (rule.exempt(request)) {
      return;
    }
    String key = rule.key(request).map("rule "::concat).orElseGet(() -> by.of(request));
    List<Limit> limits = rule.limits(request);
    add(
        limits.isEmpty() ? quotas : policy.withLimits(limits).quotas(),
        Digest.of(key),
        rule.cost(request).orElse(cost),
        all);
  }

  private static void add(List<QuotaPolicy> quotas, String client, int cost, List<Quota> all) {
    for (QuotaPolicy quota : quotas) {
      all.add(new Quota(quota, client, cost));
    }
  }
}
