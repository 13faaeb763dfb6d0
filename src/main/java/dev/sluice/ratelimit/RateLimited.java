package dev.sluice.ratelimit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Limits how often a client may call a resource method: {@code @RateLimited("100/hour;
 * 10/second")}. Requests beyond are answered 429 with {@code Retry-After} and cost nothing.
 *
 * <p>On a class it holds for each resource method that has none of its own and no {@link
 * RateLimitExempt}. Several on one place hold together: either all are charged or none. {@code
 * HEAD} counts like the {@code GET} that answers it; an {@code OPTIONS} that the server answers by
 * itself does not count.
 *
 * <p>Mistakes stop the deployment. An operator overrides limits, message and shadow mode with
 * {@code sluice.policies.NAME.*}.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@Repeatable(RateLimited.List.class)
public @interface RateLimited {

  /**
   * The limits, separated by {@code ,} {@code ;} or {@code |}, each as {@link Limit} reads it; may
   * hold <code>${key:default}</code> from the configuration. May be left out where {@link #policy}
   * names a policy that has its limits from elsewhere.
   */
  String value() default "";

  /**
   * Whoever names the same policy shares one quota: what one of them says with {@link #value},
   * {@link #by}, {@link #algorithm} and {@link #onOutage} holds for all that leave it at its
   * default, and to say two different things is a mistake. Cost and rule are each one's own.
   * Without a name the quota is this method's own, and the policy is called {@code Class.method}.
   */
  String policy() default "";

  /**
   * How clients are told apart: {@code client} (by address), {@code principal}, {@code application}
   * (not at all) or {@code header:NAME}. Without a principal or header it is the address. A header
   * that nobody has verified by then lets its sender choose who it is.
   */
  String by() default "client";

  /** How much one request uses, from 1 to the least of the limits. */
  int cost() default 1;

  /** How is counted. */
  Algorithm algorithm() default Algorithm.SLIDING_WINDOW;

  /** What holds while Redis cannot be asked. */
  OutagePolicy onOutage() default OutagePolicy.CONFIGURED;

  /** A CDI bean that decides by request what this annotation says for all. */
  Class<? extends RateLimitRule> rule() default RateLimitRule.class;

  /** Several of them. */
  @Documented
  @Inherited
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.METHOD, ElementType.TYPE})
  @interface List {
    RateLimited[] value();
  }
}
