package dev.sluice.ratelimit;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.stream.Stream;

/** Gives the gold and the silver plan to clients whose key begins so. */
@ApplicationScoped
public class LimitsPlans implements PlanResolver {

  @Override
  public Optional<String> planOf(String policy, Client client) {
    return Stream.of("gold", "silver").filter(client.name()::startsWith).findFirst();
  }
}
