package dev.sluice.ratelimit;

import dev.sluice.testing.TestSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Charges for tests. */
final class Charges {

  static RateLimitPolicy policy(String name, String limits, Algorithm algorithm) {
    return new RateLimitPolicy(
        PolicyName.of(name, name),
        Limit.parse(limits),
        algorithm,
        OutagePolicy.LOCAL,
        ChargeCondition.ALWAYS,
        Optional.empty(),
        overrides(Map.of()));
  }

  private static RateLimitPolicy policy(String name, String limits) {
    return policy(name, limits, Algorithm.SLIDING_WINDOW);
  }

  private static PolicyOverrides overrides(Map<String, String> settings) {
    return PolicyOverrides.of(TestSettings.of(settings).named("policies", "p"));
  }

  private static RateLimitPolicy overridden(RateLimitPolicy policy, String member, String value) {
    return new RateLimitPolicy(
        policy.names(),
        policy.limits(),
        policy.algorithm(),
        policy.onOutage(),
        policy.condition(),
        policy.block(),
        overrides(Map.of("sluice.policies.p." + member, value)));
  }

  static RateLimitPolicy shadow(String name, String limits) {
    return overridden(policy(name, limits), "shadow", "true");
  }

  static RateLimitPolicy warnAt(String name, String limits, int percent) {
    return overridden(policy(name, limits), "warn-at", Integer.toString(percent));
  }

  static RateLimitPolicy unit(String name, String limits, String unit) {
    return overridden(policy(name, limits), "quota-unit", unit);
  }

  static RateLimitPolicy onOutage(String name, String limits, OutagePolicy onOutage) {
    RateLimitPolicy policy = policy(name, limits);
    return new RateLimitPolicy(
        policy.names(),
        policy.limits(),
        policy.algorithm(),
        onOutage,
        policy.condition(),
        policy.block(),
        policy.overrides());
  }

  static RateLimitPolicy chargedWhen(String name, String limits, ChargeWhen when) {
    RateLimitPolicy policy = policy(name, limits);
    return new RateLimitPolicy(
        policy.names(),
        policy.limits(),
        policy.algorithm(),
        policy.onOutage(),
        ChargeCondition.parse(when, ChargeCondition.DEFAULT_FAILED),
        policy.block(),
        policy.overrides());
  }

  static RateLimitPolicy blocking(String name, String limits, String block, String blockAfter) {
    RateLimitPolicy policy = policy(name, limits);
    return new RateLimitPolicy(
        policy.names(),
        policy.limits(),
        policy.algorithm(),
        policy.onOutage(),
        policy.condition(),
        Block.parse(block, blockAfter),
        policy.overrides());
  }

  static List<Charge> of(RateLimitPolicy policy, String client, int cost) {
    return policy.quotas().stream().map(quota -> Charge.of(quota, client, cost)).toList();
  }

  static List<Charge> of(String limits) {
    return of(limits, "client", 1);
  }

  static List<Charge> of(String limits, String client, int cost) {
    return of(policy("policy", limits), client, cost);
  }

  static long micros(Duration duration) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.EPOCH.plus(duration));
  }

  private Charges() {}
}
