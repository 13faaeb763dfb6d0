package dev.sluice.ratelimit;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Gives the gold plan to clients whose key begins so. */
@ApplicationScoped
public class LimitsPlans implements PlanResolver {

  @Override
  public Optional<String> planOf(String policy, Client client) {
    return client.name().startsWith("gold") ? Optional.of("gold") : Optional.empty();
  }
}
