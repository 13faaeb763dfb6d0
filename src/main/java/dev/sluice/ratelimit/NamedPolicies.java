package dev.sluice.ratelimit;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The declarations of all policies that have a name, and the types that declare limits. */
final class NamedPolicies {

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
    return declared.getOrDefault(policy, Terms.of(""));
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
