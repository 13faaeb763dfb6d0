package dev.sluice.ratelimit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text form of limits, and says which part of a text is wrong. */
final class LimitParser {

  private static final Pattern SEPARATOR = Pattern.compile("[,;|]");
  private static final Pattern PER_PERIOD =
      Pattern.compile("(-?\\d+)\\s*(?:/|per)\\s*(-?\\d+)?\\s*([a-z]+)");
  private static final Pattern CONCURRENT = Pattern.compile("(-?\\d+)\\s*concurrent");

  private final String text;

  LimitParser(String text) {
    this.text = text;
  }

  List<Limit> parse() {
    List<Limit> limits = new ArrayList<>();
    Matcher separator = SEPARATOR.matcher(text);
    int start = 0;
    while (separator.find(start)) {
      limits.add(parse(start, separator.start()));
      start = separator.end();
    }
    limits.add(parse(start, text.length()));
    return List.copyOf(limits);
  }

  private Limit parse(int start, int end) {
    String piece = text.substring(start, end).strip();
    int place = piece.isEmpty() ? start : text.indexOf(piece, start);
    String where = end - start == text.length() ? "" : " at character " + (place + 1);
    if (piece.isEmpty()) {
      throw new IllegalArgumentException(message(text, where, "there is none" + where));
    }
    try {
      return parse(piece.toLowerCase(Locale.ROOT));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(message(piece, where, "the number is too large"), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(message(piece, where, String.valueOf(e.getMessage())), e);
    }
  }

  private static Limit parse(String piece) {
    Matcher concurrent = CONCURRENT.matcher(piece);
    if (concurrent.matches()) {
      return new Limit.Concurrent(Long.parseLong(concurrent.group(1)));
    }
    Matcher shape = PER_PERIOD.matcher(piece);
    if (!shape.matches()) {
      throw new IllegalArgumentException("a number, \"/\" and a unit");
    }
    long multiple = shape.group(2) == null ? 1 : Long.parseLong(shape.group(2));
    return new Limit.PerPeriod(Long.parseLong(shape.group(1)), multiple, unit(shape.group(3)));
  }

  private static String message(String piece, String where, String why) {
    return "\"" + piece + "\"" + where + " is not a limit (expected e.g. \"5/minute\"): " + why;
  }

  private static Limit.Unit unit(String name) {
    for (Limit.Unit unit : Limit.Unit.values()) {
      String singular = unit.name().toLowerCase(Locale.ROOT);
      if (name.equals(singular) || name.equals(singular + "s")) {
        return unit;
      }
    }
    throw new IllegalArgumentException("unknown unit \"" + name + "\"");
  }
}
