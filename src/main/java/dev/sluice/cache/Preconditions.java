package dev.sluice.cache;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the preconditions of a GET or HEAD in the order of RFC 9110, 13.2.2. The servers' own
 * evaluations differ in lists, weak tags, {@code *} and order.
 *
 * @param field the value of a request's field, its lines joined by commas, or null
 */
record Preconditions(Function<String, @Nullable String> field) {

  /** The result of the evaluation. */
  enum Verdict {
    SEND,
    NOT_MODIFIED,
    FAILED
  }

  /** Possessive: a client's long list must cost neither stack nor time. */
  private static final Pattern ETAG =
      Pattern.compile("(?<![^\\s,])(?:W/)?\"[^\"]*+\"(?=\\s*+(?:,|$))");

  private static final List<DateTimeFormatter> DATES =
      List.of(
          DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US),
          new DateTimeFormatterBuilder()
              .appendPattern("EEEE, dd-MMM-")
              .appendValueReduced(ChronoField.YEAR, 2, 2, 1970)
              .appendPattern(" HH:mm:ss 'GMT'")
              .toFormatter(Locale.US),
          DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.US));

  Verdict evaluate(Optional<String> etag, Optional<String> lastModified) {
    String match = field.apply("If-Match");
    Optional<Instant> modified = lastModified.flatMap(Preconditions::date);
    if (match != null) {
      if (!isAny(match) && !matchesStrongly(match, etag)) {
        return Verdict.FAILED;
      }
    } else if (modified.isPresent() && isAfter(modified.get(), "If-Unmodified-Since", false)) {
      return Verdict.FAILED;
    }
    String noneMatch = field.apply("If-None-Match");
    if (noneMatch != null) {
      return isAny(noneMatch) || matchesWeakly(noneMatch, etag)
          ? Verdict.NOT_MODIFIED
          : Verdict.SEND;
    }
    return modified.isPresent() && !isAfter(modified.get(), "If-Modified-Since", true)
        ? Verdict.NOT_MODIFIED
        : Verdict.SEND;
  }

  private static boolean isAny(String tags) {
    return tags.strip().equals("*");
  }

  private static boolean matchesStrongly(String tags, Optional<String> etag) {
    return etag.isPresent() && !etag.get().startsWith("W/") && list(tags).contains(etag.get());
  }

  private static boolean matchesWeakly(String tags, Optional<String> etag) {
    return etag.isPresent()
        && list(tags).stream().anyMatch(tag -> opaque(tag).equals(opaque(etag.get())));
  }

  private static String opaque(String etag) {
    return etag.startsWith("W/") ? etag.substring(2) : etag;
  }

  private static List<String> list(String tags) {
    Matcher matcher = ETAG.matcher(tags);
    return matcher.results().map(MatchResult::group).toList();
  }

  private boolean isAfter(Instant modified, String name, boolean otherwise) {
    return Optional.ofNullable(field.apply(name))
        .flatMap(Preconditions::date)
        .map(modified::isAfter)
        .orElse(otherwise);
  }

  /** Parses a date in one of the three forms of RFC 9110, 5.6.7. */
  static Optional<Instant> date(String text) {
    for (DateTimeFormatter format : DATES) {
      try {
        return Optional.of(LocalDateTime.parse(text.strip(), format).toInstant(ZoneOffset.UTC));
      } catch (DateTimeException e) {
        // try the next form
      }
    }
    return Optional.empty();
  }
}
