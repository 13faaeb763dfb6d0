package dev.sluice.config;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parsers of the forms that settings have; null for a text of another form or out of range. */
final class SettingsParser {

  private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,15})(ms|s|m|h|d)");
  private static final Pattern BYTES = Pattern.compile("(\\d{1,15})(KiB|MiB|GiB)?");

  private SettingsParser() {}

  static @Nullable Boolean toBoolean(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> null;
    };
  }

  static @Nullable Integer toInteger(String text, int least, int most) {
    int value = Integer.parseInt(text);
    return value < least || value > most ? null : value;
  }

  static @Nullable Long toBytes(String text, long least, long most) {
    Matcher matcher = BYTES.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    long unit =
        switch (matcher.group(2) == null ? "" : matcher.group(2)) {
          case "KiB" -> 1L << 10;
          case "MiB" -> 1L << 20;
          case "GiB" -> 1L << 30;
          default -> 1L;
        };
    long value = Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
    return value < least || value > most ? null : value;
  }

  static @Nullable Duration toDuration(String text, Duration least, Duration most) {
    Matcher matcher = SHORT_DURATION.matcher(text);
    Duration value = matcher.matches() ? toDuration(matcher) : Duration.parse(text);
    return value.compareTo(least) < 0 || value.compareTo(most) > 0 ? null : value;
  }

  private static Duration toDuration(Matcher shortForm) {
    long amount = Long.parseLong(shortForm.group(1));
    return switch (shortForm.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  /** The form that a message shows. */
  static String shown(Duration duration) {
    return duration.isZero()
        ? "0s"
        : duration.toString().replace("PT", "").toLowerCase(Locale.ROOT);
  }
}
