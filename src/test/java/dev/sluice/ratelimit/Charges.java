package dev.sluice.ratelimit;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Charges for tests. */
final class Charges {

  static RateLimitPolicy policy(String name, String limits, Algorithm algorithm) {
    return new RateLimitPolicy(
        name,
        name,
        Limit.parse(limits),
        algorithm,
        OutagePolicy.LOCAL,
        false,
        Optional.empty(),
        80,
        ChargeCondition.ALWAYS);
  }

  static RateLimitPolicy shadow(String name, String limits) {
    RateLimitPolicy policy = policy(name, limits, Algorithm.SLIDING_WINDOW);
    return new RateLimitPolicy(
        name,
        name,
        policy.limits(),
        policy.algorithm(),
        OutagePolicy.LOCAL,
        true,
        Optional.empty(),
        80,
        ChargeCondition.ALWAYS);
  }

  static RateLimitPolicy warnAt(String name, String limits, int percent) {
    RateLimitPolicy policy = policy(name, limits, Algorithm.SLIDING_WINDOW);
    return new RateLimitPolicy(
        name,
        name,
        policy.limits(),
        policy.algorithm(),
        OutagePolicy.LOCAL,
        false,
        Optional.empty(),
        percent,
        ChargeCondition.ALWAYS);
  }

  static RateLimitPolicy onOutage(String name, String limits, OutagePolicy onOutage) {
    RateLimitPolicy policy = policy(name, limits, Algorithm.SLIDING_WINDOW);
    return new RateLimitPolicy(
        name,
        name,
        policy.limits(),
        policy.algorithm(),
        onOutage,
        false,
        Optional.empty(),
        80,
        ChargeCondition.ALWAYS);
  }

  static RateLimitPolicy chargedWhen(String name, String limits, ChargeWhen when) {
    RateLimitPolicy policy = policy(name, limits, Algorithm.SLIDING_WINDOW);
    return new RateLimitPolicy(
        name,
        name,
        policy.limits(),
        policy.algorithm(),
        OutagePolicy.LOCAL,
        false,
        Optional.empty(),
        80,
        ChargeCondition.parse(when, ChargeCondition.DEFAULT_FAILED));
  }

  static List<Charge> of(RateLimitPolicy policy, String client, int cost) {
    return policy.quotas().stream().map(quota -> new Charge(quota, client, cost)).toList();
  }

  static List<Charge> of(String limits) {
    return of(limits, "client", 1);
  }

  static List<Charge> of(String limits, String client, int cost) {
    return of(policy("policy", limits, Algorithm.SLIDING_WINDOW), client, cost);
  }

  static long micros(Duration duration) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.EPOCH.plus(duration));
  }

  private Charges() {}
}
