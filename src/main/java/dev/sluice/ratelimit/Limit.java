package dev.sluice.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount per period, written {@code 5/minute}, {@code 5 per minute}, {@code 5/2 minutes} or
 * {@code 10 per 1 day}.
 *
 * @param amount the amount, from 1 to 10<sup>12</sup>
 * @param multiple the number of units in the period, at least 1; the period is at most 100 years
 */
public record Limit(long amount, long multiple, Unit unit) {

  /** The unit of a period. */
  public enum Unit {
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

  private static final long MOST = 1_000_000_000_000L;
  private static final long LONGEST_SECONDS = 100 * Unit.YEAR.seconds;
  private static final Pattern SEPARATOR = Pattern.compile("[,;|]");
  private static final Pattern SHAPE =
      Pattern.compile("(-?\\d+)\\s*(?:/|per)\\s*(-?\\d+)?\\s*([a-z]+)");

  /**
   * @throws IllegalArgumentException if a number is out of its range
   */
  public Limit {
    if (amount < 1 || amount > MOST) {
      throw new IllegalArgumentException(
          "the amount has to be from 1 to " + MOST + ", not " + amount);
    }
    if (multiple < 1 || multiple > LONGEST_SECONDS / unit.seconds) {
      throw new IllegalArgumentException(
          "the period has to be from 1 second to 100 years, not " + period(multiple, unit));
    }
  }

  /**
   * Reads one or more limits, separated by {@code ,} {@code ;} or {@code |}, in upper or lower
   * case, with or without a plural.
   *
   * @throws IllegalArgumentException if a part is not a limit; the message says which and why
   */
  public static List<Limit> parse(String text) {
    List<Limit> limits = new ArrayList<>();
    Matcher separator = SEPARATOR.matcher(text);
    int start = 0;
    while (separator.find(start)) {
      limits.add(parseOne(text, start, separator.start()));
      start = separator.end();
    }
    limits.add(parseOne(text, start, text.length()));
    return List.copyOf(limits);
  }

  private static Limit parseOne(String text, int start, int end) {
    String piece = text.substring(start, end).strip();
    int place = piece.isEmpty() ? start : text.indexOf(piece, start);
    String where = end - start == text.length() ? "" : " at character " + (place + 1);
    if (piece.isEmpty()) {
      throw new IllegalArgumentException(message(text, where, "there is none" + where));
    }
    Matcher shape = SHAPE.matcher(piece.toLowerCase(Locale.ROOT));
    if (!shape.matches()) {
      throw new IllegalArgumentException(message(piece, where, "a number, \"/\" and a unit"));
    }
    try {
      long multiple = shape.group(2) == null ? 1 : Long.parseLong(shape.group(2));
      return new Limit(Long.parseLong(shape.group(1)), multiple, unit(shape.group(3)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(message(piece, where, "the number is too large"), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(message(piece, where, String.valueOf(e.getMessage())), e);
    }
  }

  private static String message(String piece, String where, String why) {
    return "\"" + piece + "\"" + where + " is not a limit (expected e.g. \"5/minute\"): " + why;
  }

  private static Unit unit(String name) {
    for (Unit unit : Unit.values()) {
      String singular = unit.name().toLowerCase(Locale.ROOT);
      if (name.equals(singular) || name.equals(singular + "s")) {
        return unit;
      }
    }
    throw new IllegalArgumentException("unknown unit \"" + name + "\"");
  }

  /** Returns the period. */
  public Duration period() {
    return Duration.ofSeconds(multiple * unit.seconds);
  }

  long periodMicros() {
    return multiple * unit.seconds * 1_000_000;
  }

  /** Returns the form {@code 5 per 1 minute}, which {@link #parse} reads. */
  @Override
  public String toString() {
    return amount + " per " + period(multiple, unit);
  }

  private static String period(long multiple, Unit unit) {
    return multiple + " " + unit.name().toLowerCase(Locale.ROOT);
  }
}
