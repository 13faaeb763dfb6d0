package dev.sluice.background;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How failed attempts of a {@link TaskHandler} are repeated. A handler without it has {@code
 * sluice.tasks.max-attempts} and the delays that are the defaults here.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface TaskRetry {

  /**
   * The number of attempts after which a task is dead, from 1 to 1,000. 0, the default, means
   * {@code sluice.tasks.max-attempts}. {@link TaskOptions#withMaxAttempts} takes precedence. The
   * deployment stops if the number is out of range.
   */
  int maxAttempts() default 0;

  /**
   * The delay before the second attempt, in seconds, from 1; by default 1. It doubles with each
   * attempt, and is shortened by up to a half at random. The deployment stops if it is out of
   * range.
   */
  int delay() default 1;

  /**
   * The longest delay, in seconds, from {@link #delay} to 31,536,000 (a year); by default 600. The
   * deployment stops if it is out of range.
   */
  int maxDelay() default 600;

  /** Exceptions that end a task at once, subclasses included: it is dead. None by default. */
  Class<? extends Throwable>[] abortOn() default {};
}
