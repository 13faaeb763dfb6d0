package dev.sluice.ratelimit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Limits how often a client may call a resource method, {@code @RateLimited("100/hour;
 * 10/second")}, or how many of its requests may run at the same time, {@code @RateLimited("10
 * concurrent")}. A request over a limit gets the response 429 with {@code Retry-After}, and is not
 * charged.
 *
 * <p>On a class, it applies to each resource method without a {@code @RateLimited} of its own and
 * without {@link RateLimitExempt}. On an interface it is a mistake: put it on the implementation.
 * Several limits are decided together: either all are charged or none. Limits by principal are the
 * exception: they are decided after authentication, all others before it, so that attempts to guess
 * a password are counted too. {@code HEAD} counts like {@code GET}; an {@code OPTIONS} that the
 * server handles by itself does not count.
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
   * The limits, separated by {@code ,} {@code ;} or {@code |}, each in the form that {@link Limit}
   * reads. It may contain <code>${key:default}</code> from the configuration. The default, the
   * empty text, is allowed where {@link #policy} names a policy whose limits are declared
   * elsewhere; otherwise it is a mistake.
   */
  String value() default "";

  /**
   * The policy's name, 1 to 128 letters, digits, {@code .}, {@code _} or {@code -}. All
   * declarations of one name are counted together: what one of them says with {@link #value},
   * {@link #by}, {@link #algorithm}, {@link #chargeWhen}, {@link #onOutage}, {@link #block} and
   * {@link #blockAfter} applies to all that leave it at its default, and two different values are a
   * mistake. {@link #cost} and {@link #rule} apply to one declaration each. By default each method
   * is counted by itself, and settings call its policy {@code Class.method}.
   */
  String policy() default "";

  /**
   * How clients are told apart: {@code client}, the default, by address; {@code principal}; {@code
   * header:NAME}, by the first value of this header; or {@code application}, not at all. A request
   * without a principal or without the header is counted by its address. Any other text is a
   * mistake. The sender chooses a header's value: use {@code header:NAME} only for a header that
   * has been verified before.
   */
  String by() default "client";

  /**
   * How much one request uses of each limit: 1, the default, to the lowest of the limits. Any other
   * number is a mistake.
   */
  int cost() default 1;

  /** How requests are counted. The default is the exact {@link Algorithm#SLIDING_WINDOW}. */
  Algorithm algorithm() default Algorithm.SLIDING_WINDOW;

  /**
   * What holds while Redis is unavailable. By default the setting {@code
   * sluice.rate-limit.on-outage} decides, which is {@link OutagePolicy#LOCAL} by default.
   */
  OutagePolicy onOutage() default OutagePolicy.CONFIGURED;

  /**
   * Which requests are charged, by the status of their response. The default is {@link
   * ChargeWhen#ALWAYS}.
   */
  ChargeWhen chargeWhen() default ChargeWhen.ALWAYS;

  /**
   * How long a client is refused every request under the policy once it has been refused too often:
   * a number and a unit as in a limit, for example {@code 1 hour}. The default, the empty text,
   * means never. Any other text is a mistake. The setting {@code sluice.policies.NAME.block}
   * overrides it.
   */
  String block() default "";

  /**
   * How many refusals, in which period, begin a {@link #block}: one limit per period. The default
   * is {@code 10/minute}. Any other text is a mistake. The setting {@code
   * sluice.policies.NAME.block-after} overrides it.
   */
  String blockAfter() default "10/minute";

  /**
   * A CDI bean that decides by request what this annotation says for all requests. By default there
   * is none. A type without exactly one bean is a mistake.
   */
  Class<? extends RateLimitRule> rule() default RateLimitRule.class;

  /** Contains several declarations on one element. */
  @Documented
  @Inherited
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.METHOD, ElementType.TYPE})
  @interface List {
    /** The declarations. */
    RateLimited[] value();
  }
}
