package dev.sluice.background;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs a {@link TaskHandler} of {@link java.time.Instant} on a schedule: once in the cluster at
 * each tick, with the tick's time as its payload. Exactly one of {@code cron} and {@code every} is
 * declared. An operator changes them by {@code sluice.schedules.NAME.*}, where NAME is the
 * handler's name.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Recurring {

  /**
   * When it runs, as five fields in the way of Unix: minute, hour, day of the month, month, day of
   * the week. {@code "0 3 * * *"} is every day at three.
   */
  String cron() default "";

  /**
   * The zone in which {@code cron} is meant. A time that daylight saving skips has no tick on that
   * day; one that it repeats has one.
   */
  String zone() default "UTC";

  /**
   * The time between two ticks, counted from the epoch: a number and a unit from seconds to days,
   * such as {@code "5 minutes"}; a second or more.
   */
  String every() default "";

  /** What becomes of ticks at which no node was there. */
  MissedTicks missed() default MissedTicks.RUN_ONCE;
}
