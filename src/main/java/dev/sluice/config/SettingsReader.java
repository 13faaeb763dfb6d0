package dev.sluice.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * Turns configured texts into values and gathers what is wrong with them, so that one message can
 * list it all.
 */
final class SettingsReader {

  private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,15})(ms|s|m|h|d)");
  private static final Pattern BYTES = Pattern.compile("(\\d{1,15})(KiB|MiB|GiB)?");
  private static final Pattern EXPRESSION = Pattern.compile("\\$\\{([^:}]+)(?::([^}]*))?}");

  private final Config config;
  private final List<String> wrong = new ArrayList<>();

  SettingsReader(Config config) {
    this.config = config;
  }

  /** All that is wrong with what has been read so far, in one message; empty if nothing is. */
  Optional<IllegalArgumentException> mistakes() {
    return wrong.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new IllegalArgumentException(
                "Sluice cannot start, "
                    + (wrong.size() == 1 ? "a setting is" : wrong.size() + " settings are")
                    + " wrong:\n  "
                    + String.join("\n  ", wrong)));
  }

  void throwIfWrong() {
    mistakes()
        .ifPresent(
            mistakes -> {
              throw mistakes;
            });
  }

  Optional<String> optional(String name) {
    return config
        .getOptionalValue(SettingNames.PREFIX + name, String.class)
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  String text(String name, String pattern, String expected) {
    return parse(name, expected, text -> text.matches(pattern) ? text : null, "");
  }

  boolean flag(String name) {
    return parse(name, "true or false", SettingsReader::toBoolean, false);
  }

  boolean optionalFlag(String name) {
    return optional(name)
        .map(text -> parse(name, text, "true or false", SettingsReader::toBoolean, false))
        .orElse(false);
  }

  int percent(String name, int otherwise) {
    return optional(name)
        .map(
            text ->
                parse(name, text, "a percentage from 1 to 100", value -> within(value, 1, 100), 1))
        .orElse(otherwise);
  }

  int integer(String name, int least, int most) {
    return parse(
        name,
        "a whole number from " + least + " to " + most,
        text -> within(text, least, most),
        least);
  }

  Optional<Integer> optionalInteger(String name, int least) {
    String expected = "a whole number of seconds from " + least;
    return optional(name)
        .map(
            text ->
                parse(
                    name, text, expected, value -> within(value, least, Integer.MAX_VALUE), least));
  }

  long bytes(String name, long least, long most) {
    return parse(
        name,
        "bytes as 65536, 64KiB or 64MiB, from "
            + least
            + (most == Long.MAX_VALUE ? "" : " to " + most),
        text -> {
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
        },
        least);
  }

  Duration duration(String name, Duration least, Duration most) {
    return parse(
        name,
        "a duration such as 2s, 250ms or PT2S, from " + shown(least) + " to " + shown(most),
        text -> {
          Duration value = toDuration(text);
          return value.compareTo(least) < 0 || value.compareTo(most) > 0 ? null : value;
        },
        least);
  }

  List<String> list(String name) {
    return optional(name).stream()
        .flatMap(Pattern.compile(",")::splitAsStream)
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .toList();
  }

  Path path(String name) {
    return parse(
        name,
        "a path of this file system",
        text -> {
          try {
            return Path.of(text).toAbsolutePath().normalize();
          } catch (InvalidPathException e) {
            return null;
          }
        },
        Path.of(""));
  }

  Optional<URI> redisUrl(String name) {
    return optional(name)
        .flatMap(
            text -> {
              try {
                return Optional.of(toRedisUrl(new URI(text)));
              } catch (URISyntaxException e) {
                wrong.add(name(name) + " is not a URL: " + e.getReason());
              } catch (IllegalArgumentException e) {
                wrong.add(name(name) + " = " + withoutPassword(text) + ": " + e.getMessage());
              }
              return Optional.empty();
            });
  }

  String resolve(String text) {
    return EXPRESSION
        .matcher(text)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    config
                        .getOptionalValue(match.group(1), String.class)
                        .or(() -> Optional.ofNullable(match.group(2)))
                        .orElseThrow(
                            () ->
                                new IllegalArgumentException(
                                    match.group() + " has neither a value nor a default"))));
  }

  private static URI toRedisUrl(URI url) {
    String scheme = String.valueOf(url.getScheme());
    if (scheme.equals("redis+cluster") || scheme.equals("redis+sentinel")) {
      throw new IllegalArgumentException(scheme + ":// is not supported yet");
    }
    if (!(scheme.equals("redis") || scheme.equals("rediss"))
        || url.getHost() == null
        || url.getRawQuery() != null
        || url.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "expected redis://[user:password@]host[:port][/database] or rediss://…");
    }
    if (url.getPath() != null && !url.getPath().matches("/?|/\\d{1,4}")) {
      throw new IllegalArgumentException("expected a database number after the host");
    }
    return url;
  }

  /**
   * Up to the last @: a password with a / or @ that should have been escaped is one all the same.
   */
  private static String withoutPassword(String url) {
    return url.replaceFirst("//.*@", "//***@");
  }

  private <T> T parse(
      String name, String expected, Function<String, @Nullable T> parser, T instead) {
    return parse(
        name,
        optional(name).orElse(SettingNames.DEFAULTS.getOrDefault(name, "")),
        expected,
        parser,
        instead);
  }

  private <T> T parse(
      String name, String text, String expected, Function<String, @Nullable T> parser, T instead) {
    T value;
    try {
      value = parser.apply(text);
    } catch (ArithmeticException | NumberFormatException | DateTimeParseException e) {
      value = null;
    }
    if (value == null) {
      wrong.add(name(name) + " = \"" + text + "\": expected " + expected);
      return instead;
    }
    return value;
  }

  private static @Nullable Boolean toBoolean(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> null;
    };
  }

  private static @Nullable Integer within(String text, int least, int most) {
    int value = Integer.parseInt(text);
    return value < least || value > most ? null : value;
  }

  private static Duration toDuration(String text) {
    Matcher matcher = SHORT_DURATION.matcher(text);
    if (!matcher.matches()) {
      return Duration.parse(text);
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  private static String shown(Duration duration) {
    return duration.isZero()
        ? "0s"
        : duration.toString().replace("PT", "").toLowerCase(Locale.ROOT);
  }

  private static String name(String name) {
    return SettingNames.PREFIX + name;
  }
}
