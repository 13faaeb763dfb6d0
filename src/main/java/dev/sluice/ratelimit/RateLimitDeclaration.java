package dev.sluice.ratelimit;

import dev.sluice.redis.KeyDigest;
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
    RateLimitPolicy policy,
    List<QuotaPolicy> quotas,
    PartitionKey by,
    int cost,
    Optional<RateLimitRule> rule) {

  /** Bytes of the digest that stands for a client in keys: 22 characters. */
  private static final int CLIENT_BYTES = 16;

  /** Adds what {@code request} asks of each limit. */
  void addQuotas(ContainerRequestContext request, List<Charge> all) {
    if (rule.isPresent()) {
      addRuled(rule.get(), request, all);
    } else {
      add(quotas, KeyDigest.of(by.of(request), CLIENT_BYTES), cost, all);
    }
  }

  /** What somebody who is called {@code name} asks of each limit. */
  List<Charge> quotas(String name, int cost) {
    List<Charge> all = new ArrayList<>(quotas.size());
    add(quotas, KeyDigest.of(by.of(name), CLIENT_BYTES), cost, all);
    return all;
  }

  private void addRuled(RateLimitRule rule, ContainerRequestContext request, List<Charge> all) {
    if (rule.exempt(request)) {
      return;
    }
    String key = rule.key(request).map("rule "::concat).orElseGet(() -> by.of(request));
    List<Limit> limits = rule.limits(request);
    add(
        limits.isEmpty() ? quotas : policy.withLimits(limits).quotas(),
        KeyDigest.of(key, CLIENT_BYTES),
        rule.cost(request).orElse(cost),
        all);
  }

  private static void add(List<QuotaPolicy> quotas, String client, int cost, List<Charge> all) {
    for (QuotaPolicy quota : quotas) {
      all.add(new Charge(quota, client, cost));
    }
  }
}
