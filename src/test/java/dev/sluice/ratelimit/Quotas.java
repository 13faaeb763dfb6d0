package dev.sluice.ratelimit;

import java.util.List;
import java.util.Optional;

/** Quotas for tests. */
final class Quotas {

  static Policy policy(String name, String limits, Algorithm algorithm) {
    return new Policy(
        name, name, Limit.parse(limits), algorithm, OnOutage.LOCAL, false, Optional.empty(), 80);
  }

  static Policy shadow(String name, String limits) {
    Policy policy = policy(name, limits, Algorithm.SLIDING_WINDOW);
    return new Policy(
        name,
        name,
        policy.limits(),
        policy.algorithm(),
        OnOutage.LOCAL,
        true,
        Optional.empty(),
        80);
  }

  static Policy near(String name, String limits, int percent) {
    Policy policy = policy(name, limits, Algorithm.SLIDING_WINDOW);
    return new Policy(
        name,
        name,
        policy.limits(),
        policy.algorithm(),
        OnOutage.LOCAL,
        false,
        Optional.empty(),
        percent);
  }

  static Policy onOutage(String name, String limits, OnOutage onOutage) {
    Policy policy = policy(name, limits, Algorithm.SLIDING_WINDOW);
    return new Policy(
        name, name, policy.limits(), policy.algorithm(), onOutage, false, Optional.empty(), 80);
  }

  static List<Quota> of(Policy policy, String client, int cost) {
    return policy.quotas().stream().map(quota -> new Quota(quota, client, cost)).toList();
  }

  static List<Quota> of(String limits) {
    return of(limits, "client", 1);
  }

  static List<Quota> of(String limits, String client, int cost) {
    return of(policy("policy", limits, Algorithm.SLIDING_WINDOW), client, cost);
  }

  private Quotas() {}
}
