package dev.sluice.ratelimit;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The declarations of all policies that have a name, and the types that declare limits. */
final class NamedPolicies {

  /**
   * What all declarations of one policy must agree on; a member at the annotation's default agrees
   * with anything.
   *
   * @param limits empty if undeclared
   */
  record Terms(
      String limits, String by, Algorithm algorithm, OutagePolicy onOutage, ChargeWhen chargeWhen) {

    static final Terms DEFAULTS =
        new Terms(
            "", "client", Algorithm.SLIDING_WINDOW, OutagePolicy.CONFIGURED, ChargeWhen.ALWAYS);

    static Terms of(String limits) {
      return new Terms(
          limits, DEFAULTS.by, DEFAULTS.algorithm, DEFAULTS.onOutage, DEFAULTS.chargeWhen);
    }

    static Terms of(RateLimited annotation) {
      return new Terms(
          annotation.value(),
          annotation.by(),
          annotation.algorithm(),
          annotation.onOutage(),
          annotation.chargeWhen());
    }

    /**
     * Combines two declarations.
     *
     * @throws IllegalArgumentException if they contradict each other
     */
    Terms and(Terms other) {
      return new Terms(
          either(limits, other.limits, DEFAULTS.limits),
          either(by, other.by, DEFAULTS.by),
          either(algorithm, other.algorithm, DEFAULTS.algorithm),
          either(onOutage, other.onOutage, DEFAULTS.onOutage),
          either(chargeWhen, other.chargeWhen, DEFAULTS.chargeWhen));
    }

    private static <T> T either(T one, T other, T byDefault) {
      if (one.equals(byDefault) || one.equals(other)) {
        return other;
      }
      if (other.equals(byDefault)) {
        return one;
      }
      throw new IllegalArgumentException("\"" + one + "\" here and \"" + other + "\" elsewhere");
    }
  }

  private final Map<String, Terms> declared = new ConcurrentHashMap<>();
  private final Set<Class<?>> types = ConcurrentHashMap.newKeySet();

  /**
   * Adds a declaration.
   *
   * @throws IllegalArgumentException if another declaration of its policy contradicts it
   */
  void add(RateLimited annotation) {
    if (!annotation.policy().isEmpty()) {
      declared.put(annotation.policy(), with(annotation));
    }
  }

  /**
   * Returns the terms of the policy that this annotation names.
   *
   * @throws IllegalArgumentException if another declaration of the policy contradicts it
   */
  Terms with(RateLimited annotation) {
    try {
      return Terms.of(annotation).and(of(annotation.policy()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the policy " + annotation.policy() + " is " + e.getMessage(), e);
    }
  }

  /** Returns the declared terms of this policy; the defaults if no annotation names it. */
  Terms of(String policy) {
    return declared.getOrDefault(policy, Terms.DEFAULTS);
  }

  /** Whether an annotation names this policy. */
  boolean isDeclared(String policy) {
    return declared.containsKey(policy);
  }

  /** Adds a type; returns whether it was new. */
  boolean addType(Class<?> type) {
    return types.add(type);
  }

  /** Returns the types that may have resource methods. */
  Set<Class<?>> types() {
    return types;
  }
}
