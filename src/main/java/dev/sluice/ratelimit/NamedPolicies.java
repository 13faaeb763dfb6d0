package dev.sluice.ratelimit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What annotations say of the policies that have a name. */
final class NamedPolicies {

  /**
   * What has to be said alike of a policy wherever it is named, or left at the annotation's
   * default.
   *
   * @param limits empty if nobody has said them
   */
  record Terms(String limits, String by, Algorithm algorithm, OutagePolicy onOutage) {

    static final Terms UNSAID =
        new Terms("", "client", Algorithm.SLIDING_WINDOW, OutagePolicy.CONFIGURED);

    static Terms of(String limits) {
      return new Terms(limits, UNSAID.by, UNSAID.algorithm, UNSAID.onOutage);
    }

    static Terms of(RateLimited annotation) {
      return new Terms(
          annotation.value(), annotation.by(), annotation.algorithm(), annotation.onOutage());
    }

    /**
     * What both say together.
     *
     * @throws IllegalArgumentException if they say different things
     */
    Terms and(Terms other) {
      return new Terms(
          either(limits, other.limits, UNSAID.limits),
          either(by, other.by, UNSAID.by),
          either(algorithm, other.algorithm, UNSAID.algorithm),
          either(onOutage, other.onOutage, UNSAID.onOutage));
    }

    private static <T> T either(T one, T other, T unsaid) {
      if (one.equals(unsaid) || one.equals(other)) {
        return other;
      }
      if (other.equals(unsaid)) {
        return one;
      }
      throw new IllegalArgumentException("\"" + one + "\" here and \"" + other + "\" elsewhere");
    }
  }

  private final Map<String, Terms> declared = new ConcurrentHashMap<>();

  /**
   * @throws IllegalArgumentException if something else is said of the policy elsewhere
   */
  void add(RateLimited annotation) {
    if (!annotation.policy().isEmpty()) {
      declared.put(annotation.policy(), with(annotation));
    }
  }

  /**
   * What holds where this annotation names its policy.
   *
   * @throws IllegalArgumentException if something else is said of the policy elsewhere
   */
  Terms with(RateLimited annotation) {
    try {
      return Terms.of(annotation).and(of(annotation.policy()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the policy " + annotation.policy() + " is " + e.getMessage(), e);
    }
  }

  /** What is said of the policy of this name. */
  Terms of(String policy) {
    return declared.getOrDefault(policy, Terms.UNSAID);
  }
}
