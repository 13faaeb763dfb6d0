package dev.sluice.ratelimit;

import dev.sluice.redis.KeyDigest;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One {@link RateLimited}, or one setting, as it applies to a resource method.
 *
 * @param quotas one for each of the policy's limits
 * @param plans the limits of clients with a plan
 */
record RateLimitDeclaration(
    RateLimitPolicy policy,
    List<QuotaPolicy> quotas,
    Optional<Plans> plans,
    PartitionKey by,
    int cost,
    Optional<RateLimitRule> rule) {

  /** The size of a client's digest in keys, in bytes: 22 characters. */
  private static final int CLIENT_BYTES = 16;

  /** Whether it can be decided before authentication; a rule may ask for the principal. */
  boolean isDecidedBeforeAuthentication() {
    return !by.needsPrincipal() && rule.isEmpty();
  }

  /** Adds the charges of {@code request}, one for each limit. */
  void addCharges(ContainerRequestContext request, List<Charge> charges) {
    if (rule.isPresent()) {
      addCharges(rule.get(), request, charges);
    } else {
      Client client = by.of(request);
      addCharges(quotasOf(client), client, cost, charges);
    }
  }

  private void addCharges(
      RateLimitRule rule, ContainerRequestContext request, List<Charge> charges) {
    if (rule.exempt(request)) {
      return;
    }
    Client client = rule.key(request).map(Client::key).orElseGet(() -> by.of(request));
    List<Limit> limits = rule.limits(request);
    addCharges(
        limits.isEmpty() ? quotasOf(client) : policy.withLimits(limits).quotas(),
        client,
        rule.cost(request).orElse(cost),
        charges);
  }

  /** Returns the charges of a request of {@code client}, one for each limit. */
  List<Charge> charges(Client client, int cost) {
    List<Charge> charges = new ArrayList<>(quotas.size());
    addCharges(quotasOf(client), client, cost, charges);
    return charges;
  }

  private List<QuotaPolicy> quotasOf(Client client) {
    return plans.isEmpty() ? quotas : plans.get().quotasOf(client).orElse(quotas);
  }

  private static void addCharges(
      List<QuotaPolicy> quotas, Client client, int cost, List<Charge> charges) {
    String digest = KeyDigest.of(client.toString(), CLIENT_BYTES);
    for (QuotaPolicy quota : quotas) {
      charges.add(Charge.of(quota, digest, cost));
    }
  }
}
