package dev.sluice.ratelimit;

/** No annotation and no setting declares the limits of a policy, so far. */
class NoLimitsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  NoLimitsException(String policy) {
    super("the policy " + policy + " has no limits");
  }
}
