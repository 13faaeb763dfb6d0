package dev.sluice.ratelimit;

import dev.sluice.ratelimit.NamedPolicies.Terms;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Makes a declaration of what an annotation says and what the settings make of it. */
final class RateLimitDeclarationFactory {

  private final RateLimitSettings settings;
  private final PartitionKey client;
  private final Function<Class<? extends RateLimitRule>, RateLimitRule> rules;

  /**
   * @param client tells clients apart by address
   * @param rules finds the bean of a rule
   */
  RateLimitDeclarationFactory(
      RateLimitSettings settings,
      PartitionKey client,
      Function<Class<? extends RateLimitRule>, RateLimitRule> rules) {
    this.settings = settings;
    this.client = client;
    this.rules = rules;
  }

  /**
   * @param annotation says the cost and the rule
   * @param name the policy's, see {@link RateLimitPolicy}
   * @param id what is counted together
   * @throws IllegalArgumentException if any of it is wrong; the message says what
   */
  RateLimitDeclaration read(Terms terms, RateLimited annotation, String name, String id) {
    PolicyOverrides overrides = settings.overrides(name);
    RateLimitPolicy policy =
        new RateLimitPolicy(
            name,
            id,
            limits(name, overrides.limits(), terms.limits()),
            terms.algorithm(),
            terms.onOutage() == OutagePolicy.CONFIGURED ? settings.onOutage() : terms.onOutage(),
            overrides.shadow(),
            overrides.message(),
            overrides.warnAt());
    requireFittingCost(annotation.cost(), policy);
    return new RateLimitDeclaration(
        policy,
        policy.quotas(),
        PartitionKey.parse(terms.by(), client),
        annotation.cost(),
        rule(annotation.rule()));
  }

  private List<Limit> limits(String policy, Optional<String> overriding, String declared) {
    if (overriding.isPresent()) {
      return overriding(policy, overriding.get());
    }
    require(!declared.isEmpty(), "nobody says what the limits of the policy " + policy + " are");
    return Limit.parse(settings.source().resolve(declared));
  }

  /**
   * What {@code sluice.policies.NAME.*} says, whether anybody names the policy or not.
   *
   * @throws IllegalArgumentException if any of it is wrong
   */
  static void checkOverrides(RateLimitSettings settings, String policy) {
    settings.overrides(policy).limits().ifPresent(limits -> overriding(policy, limits));
  }

  private static List<Limit> overriding(String policy, String limits) {
    try {
      return Limit.parse(limits);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "sluice.policies." + policy + ".limits: " + e.getMessage(), e);
    }
  }

  private Optional<RateLimitRule> rule(Class<? extends RateLimitRule> rule) {
    return rule == RateLimitRule.class ? Optional.empty() : Optional.of(rules.apply(rule));
  }

  private static void requireFittingCost(int cost, RateLimitPolicy policy) {
    require(cost >= 1, "cost = " + cost + ": expected at least 1");
    for (Limit limit : policy.limits()) {
      require(cost <= limit.amount(), "cost = " + cost + " never fits into " + limit);
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
