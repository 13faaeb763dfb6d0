package dev.sluice.ratelimit;

/** What clients see as the name of a policy without a name of its own. */
public enum PolicyNames {

  /** {@code Class.method}, as in the settings. */
  METHOD,

  /** The path template, such as {@code /products/{id}}. */
  PATH
}
