package dev.sluice.ratelimit;

/**
 * What all declarations of one policy must agree on; a member at the annotation's default agrees
 * with anything.
 *
 * @param limits empty if undeclared
 * @param block empty if there is none
 */
record Terms(
    String limits,
    String by,
    Algorithm algorithm,
    OutagePolicy onOutage,
    ChargeWhen chargeWhen,
    String block,
    String blockAfter) {

  private static final Terms DEFAULTS = of(Plain.class.getAnnotation(RateLimited.class));

  @RateLimited
  private static final class Plain {}

  /** Returns the terms of an annotation with every member at its default but for the limits. */
  static Terms of(String limits) {
    return new Terms(
        limits,
        DEFAULTS.by,
        DEFAULTS.algorithm,
        DEFAULTS.onOutage,
        DEFAULTS.chargeWhen,
        DEFAULTS.block,
        DEFAULTS.blockAfter);
  }

  static Terms of(RateLimited annotation) {
    return new Terms(
        annotation.value(),
        annotation.by(),
        annotation.algorithm(),
        annotation.onOutage(),
        annotation.chargeWhen(),
        annotation.block(),
        annotation.blockAfter());
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
        either(chargeWhen, other.chargeWhen, DEFAULTS.chargeWhen),
        either(block, other.block, DEFAULTS.block),
        either(blockAfter, other.blockAfter, DEFAULTS.blockAfter));
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
