package dev.sluice.ratelimit;

/**
 * What a policy is called.
 *
 * @param name the name in settings, code, events and logs
 * @param shown the name that clients see
 * @param id what is counted together: policies with the same id share their counts
 */
record PolicyName(String name, String shown, String id) {

  /** Returns the name of a policy that clients see by the same name. */
  static PolicyName of(String name, String id) {
    return new PolicyName(name, name, id);
  }
}
