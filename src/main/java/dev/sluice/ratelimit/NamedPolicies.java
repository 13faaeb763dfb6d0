package dev.sluice.ratelimit;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The annotations that give a named policy its limits, by name. */
final class NamedPolicies {

  private final Map<String, RateLimited> declared = new ConcurrentHashMap<>();

  /**
   * @throws IllegalArgumentException if the policy has been given other limits elsewhere
   */
  void add(RateLimited annotation) {
    if (annotation.policy().isEmpty() || annotation.value().isEmpty()) {
      return;
    }
    RateLimited other = declared.putIfAbsent(annotation.policy(), annotation);
    if (other != null && !other.value().equals(annotation.value())) {
      throw new IllegalArgumentException(
          "the policy "
              + annotation.policy()
              + " is both \""
              + other.value()
              + "\" and \""
              + annotation.value()
              + "\"");
    }
  }

  Optional<RateLimited> find(String policy) {
    return Optional.ofNullable(declared.get(policy));
  }
}
