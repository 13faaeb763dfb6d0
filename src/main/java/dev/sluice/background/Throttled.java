package dev.sluice.background;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Limits how often a {@link TaskHandler} begins, or how many of its tasks run at a time, in the
 * whole cluster. A task that the policy refuses is due again when the policy says so, at no
 * attempt's cost.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Throttled {

  /**
   * The name of a policy of the rate limiter, such as one that {@code sluice.policies.NAME.limits}
   * declares. Handlers with the same policy share its limits. Where there is none of this name,
   * each attempt fails.
   */
  String policy();
}
