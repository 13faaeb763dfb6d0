package dev.sluice.ratelimit;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Makes declarations from annotations and the settings that override them. */
final class RateLimitDeclarationFactory {

  private final RateLimitSettings settings;
  private final PartitionKey address;
  private final Function<Class<? extends RateLimitRule>, RateLimitRule> rules;
  private final Optional<PlanResolver> plans;

  /**
   * @param address identifies clients by address
   * @param rules finds the bean of a rule
   * @param plans the bean that chooses plans, if there is one
   */
  RateLimitDeclarationFactory(
      RateLimitSettings settings,
      PartitionKey address,
      Function<Class<? extends RateLimitRule>, RateLimitRule> rules,
      Optional<PlanResolver> plans) {
    this.settings = settings;
    this.address = address;
    this.rules = rules;
    this.plans = plans;
  }

  /**
   * Makes a declaration.
   *
   * @param annotation declares the cost and the rule
   * @throws IllegalArgumentException if a member is wrong; the message says what
   */
  RateLimitDeclaration declare(Terms terms, RateLimited annotation, PolicyName names) {
    String name = names.name();
    PolicyOverrides overrides = settings.overrides(name);
    RateLimitPolicy policy =
        new RateLimitPolicy(
            names,
            limits(name, overrides.limits(), terms.limits()),
            terms.algorithm(),
            terms.onOutage() == OutagePolicy.CONFIGURED ? settings.onOutage() : terms.onOutage(),
            condition(name, terms.chargeWhen(), overrides.failedStatuses()),
            block(overrides, terms),
            overrides);
    requireFittingCost(annotation.cost(), policy);
    return new RateLimitDeclaration(
        policy,
        policy.quotas(),
        plans.map(resolver -> new Plans(resolver, policy, this::planLimits)),
        PartitionKey.parse(terms.by(), address),
        annotation.cost(),
        rule(annotation.rule()));
  }

  private List<Limit> limits(String policy, Optional<String> overriding, String declared) {
    if (overriding.isPresent()) {
      return overriding(policy, overriding.get());
    }
    if (declared.isEmpty()) {
      throw new NoLimitsException(policy);
    }
    return Limit.parse(settings.source().resolve(declared));
  }

  /**
   * Checks the settings {@code sluice.policies.NAME.*} of a policy, whether it is declared or not.
   *
   * @throws IllegalArgumentException if one is wrong
   */
  static void checkOverrides(RateLimitSettings settings, String policy) {
    PolicyOverrides overrides = settings.overrides(policy);
    overrides.limits().ifPresent(limits -> overriding(policy, limits));
    condition(policy, ChargeWhen.FAILED, overrides.failedStatuses());
    try {
      block(overrides, Terms.of(""));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("sluice.policies." + policy + "." + e.getMessage(), e);
    }
  }

  private static Optional<Block> block(PolicyOverrides overrides, Terms terms) {
    return Block.parse(
        overrides.block().orElse(terms.block()), overrides.blockAfter().orElse(terms.blockAfter()));
  }

  private List<Limit> planLimits(String policy, String plan) {
    String name = policy + ".plans." + plan;
    return settings
        .overrides(name)
        .limits()
        .map(limits -> overriding(name, limits))
        .orElse(List.of());
  }

  private static List<Limit> overriding(String policy, String limits) {
    try {
      return Limit.parse(limits);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "sluice.policies." + policy + ".limits: " + e.getMessage(), e);
    }
  }

  private static ChargeCondition condition(String policy, ChargeWhen when, String statuses) {
    try {
      return ChargeCondition.parse(when, statuses);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "sluice.policies." + policy + ".failed-statuses: " + e.getMessage(), e);
    }
  }

  private Optional<RateLimitRule> rule(Class<? extends RateLimitRule> rule) {
    return rule == RateLimitRule.class ? Optional.empty() : Optional.of(rules.apply(rule));
  }

  private static void requireFittingCost(int cost, RateLimitPolicy policy) {
    require(cost >= 1, "cost = " + cost + ": expected at least 1");
    for (Limit limit : policy.limits()) {
      require(
          limit instanceof Limit.Concurrent || cost <= limit.amount(),
          "cost = " + cost + " never fits into " + limit);
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
