package dev.sluice.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** How much a client may use: an amount per period, or a number of requests at the same time. */
public sealed interface Limit permits Limit.PerPeriod, Limit.Concurrent {

  /** Returns the amount, at least 1. */
  long amount();

  /**
   * Reads one or more limits, separated by {@code ,} {@code ;} or {@code |}, in upper or lower
   * case, with or without a plural: {@code 5/minute}, {@code 5 per minute}, {@code 5/2 minutes},
   * {@code 10 per 1 day} or {@code 10 concurrent}.
   *
   * @throws IllegalArgumentException if a part is not a limit; the message says which and why
   */
  static List<Limit> parse(String text) {
    return new LimitParser(text).parse();
  }

  /** The unit of a period. */
  enum Unit {
    SECOND(1),
    MINUTE(60),
    HOUR(3600),
    DAY(86_400),
    WEEK(7 * 86_400),
    /** 30 days. */
    MONTH(30 * 86_400),
    /** 365 days. */
    YEAR(365 * 86_400);

    private final long seconds;

    Unit(long seconds) {
      this.seconds = seconds;
    }
  }

  /**
   * An amount per period.
   *
   * @param amount the amount, from 1 to 10<sup>12</sup>
   * @param multiple the number of units in the period, at least 1; the period is at most 100 years
   */
  record PerPeriod(long amount, long multiple, Unit unit) implements Limit {

    private static final long MOST = 1_000_000_000_000L;
    private static final long LONGEST_SECONDS = 100 * Unit.YEAR.seconds;

    /**
     * @throws IllegalArgumentException if a number is out of its range
     */
    public PerPeriod {
      requireAmount(amount, MOST);
      if (multiple < 1 || multiple > LONGEST_SECONDS / unit.seconds) {
        throw new IllegalArgumentException(
            "the period has to be from 1 second to 100 years, not " + period(multiple, unit));
      }
    }

    /** Returns the period. */
    public Duration period() {
      return Duration.ofSeconds(multiple * unit.seconds);
    }

    long periodMicros() {
      return multiple * unit.seconds * 1_000_000;
    }

    /** Returns the form {@code 5 per 1 minute}, which {@link Limit#parse} reads. */
    @Override
    public String toString() {
      return amount + " per " + period(multiple, unit);
    }

    private static String period(long multiple, Unit unit) {
      return multiple + " " + unit.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A number of requests at the same time. Each request counts once, whatever its cost.
   *
   * @param amount the number, from 1 to 10<sup>6</sup>
   */
  record Concurrent(long amount) implements Limit {

    private static final long MOST = 1_000_000;

    /**
     * @throws IllegalArgumentException if the number is out of its range
     */
    public Concurrent {
      requireAmount(amount, MOST);
    }

    /** Returns the form {@code 10 concurrent}, which {@link Limit#parse} reads. */
    @Override
    public String toString() {
      return amount + " concurrent";
    }
  }

  private static void requireAmount(long amount, long most) {
    if (amount < 1 || amount > most) {
      throw new IllegalArgumentException(
          "the amount has to be from 1 to " + most + ", not " + amount);
    }
  }
}
