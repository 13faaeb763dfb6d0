package dev.sluice.cache;

import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The directives of {@code Cache-Control}.
 *
 * @param byName the directives' values, "" for those without, by name in lower case
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9111#section-5.2">RFC 9111, 5.2</a>
 */
record CacheControl(Map<String, String> byName) {

  /** Possessive: a client's long value must cost neither stack nor time. */
  private static final Pattern DIRECTIVE =
      Pattern.compile(
          "([!#$%&'*+.^_`|~0-9A-Za-z-]++)(?:=(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s,\"]*+)))?");

  /** The value of larger numbers (RFC 9111, 1.2.2). */
  private static final long MOST_SECONDS = 1L << 31;

  static CacheControl parse(Collection<String> fieldLines) {
    Map<String, String> byName = new HashMap<>();
    for (String line : fieldLines) {
      Matcher matcher = DIRECTIVE.matcher(line);
      while (matcher.find()) {
        String value = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
        byName.putIfAbsent(matcher.group(1).toLowerCase(Locale.ROOT), value == null ? "" : value);
      }
    }
    return new CacheControl(byName);
  }

  boolean has(String name) {
    return byName.containsKey(name);
  }

  /** The seconds of a directive; 0 where it has no valid number. */
  Optional<Long> seconds(String name) {
    return Optional.ofNullable(byName.get(name))
        .map(
            value ->
                !value.matches("\\d+")
                    ? 0L
                    : value.length() > 10
                        ? MOST_SECONDS
                        : Math.min(MOST_SECONDS, Long.parseLong(value)));
  }
}
