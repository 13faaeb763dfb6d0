package dev.sluice.ratelimit;

import java.util.Optional;

/**
 * Chooses the plan of a client: the limits {@code sluice.policies.NAME.plans.PLAN.limits} in place
 * of the policy's own. A CDI bean of the application implements it; there may be one. It is asked
 * for each request and must not block. An exception that it throws is the request's.
 */
public interface PlanResolver {

  /**
   * Returns the plan of this client for a policy. Empty, or a plan without limits in the settings:
   * the policy's own limits apply.
   *
   * @param policy the policy's name
   */
  Optional<String> planOf(String policy, Client client);
}
