package dev.sluice.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * Reader of the settings under {@code sluice.} in MicroProfile Config. Names are given without that
 * prefix. A value that cannot be used is recorded as a mistake, and a harmless one is returned in
 * its place, so that one message can list every mistake.
 */
public final class Settings {

  private static final Pattern EXPRESSION = Pattern.compile("\\$\\{([^:}]+)(?::([^}]*))?}");

  private final Config config;
  private final SettingNames names;
  private final String prefix;
  private final List<String> mistakes = new ArrayList<>();

  public Settings(Config config) {
    this(config, new SettingNames(), "");
  }

  private Settings(Config config, SettingNames names, String prefix) {
    this.config = config;
    this.names = names;
    this.prefix = prefix;
  }

  /**
   * Declares settings of the form {@code sluice.GROUP.NAME.MEMBER}, where an application or an
   * operator chooses NAME.
   */
  public void declareNamed(String group, Set<String> members) {
    names.addNamed(group, members);
  }

  /** The NAMEs that a declared group has; those of environment variables are not among them. */
  public Set<String> namesIn(String group) {
    return names.namesIn(group, config);
  }

  /**
   * A reader of {@code sluice.GROUP.NAME.*} with mistakes of its own; see {@link #requireValid}.
   */
  public Settings named(String group, String name) {
    return new Settings(config, new SettingNames(), group + "." + name + ".");
  }

  /** Every mistake so far, in one message: each with name, value and what was expected. */
  public Optional<IllegalArgumentException> mistakes() {
    return mistakes.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new IllegalArgumentException(
                "Sluice cannot start, "
                    + (mistakes.size() == 1 ? "a setting is" : mistakes.size() + " settings are")
                    + " wrong:\n  "
                    + String.join("\n  ", mistakes)));
  }

  /**
   * Throws the mistakes.
   *
   * @throws IllegalArgumentException if there are {@link #mistakes}
   */
  public void requireValid() {
    mistakes()
        .ifPresent(
            mistakes -> {
              throw mistakes;
            });
  }

  List<String> unknownNames() {
    return names.unknown(config);
  }

  Map<String, String> defaults() {
    return names.defaults();
  }

  /** The text of a setting without a default; empty where it is not set or blank. */
  public Optional<String> optional(String name) {
    names.add(name, "");
    return configured(name);
  }

  private Optional<String> configured(String name) {
    return config
        .getOptionalValue(SettingNames.PREFIX + prefix + name, String.class)
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  /** A text that matches {@code pattern}. */
  public String text(String name, String defaultText, String pattern, String expected) {
    return read(name, defaultText, expected, text -> text.matches(pattern) ? text : null, "");
  }

  /** One of the constants of an enum, by its name. */
  public <E extends Enum<E>> E constant(String name, E defaultConstant, Set<E> allowed) {
    String expected = String.join(", ", allowed.stream().sorted().map(Enum::name).toList());
    return read(
        name,
        defaultConstant.name(),
        expected.replaceFirst(", (\\w+)$", " or $1"),
        text -> allowed.stream().filter(c -> c.name().equals(text)).findFirst().orElse(null),
        defaultConstant);
  }

  public boolean flag(String name, String defaultText) {
    return read(name, defaultText, "true or false", SettingsParser::toBoolean, false);
  }

  public int integer(String name, String defaultText, int least, int most) {
    return read(
        name,
        defaultText,
        "a whole number from " + least + " to " + most,
        text -> SettingsParser.toInteger(text, least, most),
        least);
  }

  /** Whole seconds from {@code least}; empty where it is not set. */
  public Optional<Integer> optionalSeconds(String name, int least) {
    names.add(name, "");
    return configured(name)
        .map(
            text ->
                parse(
                    name,
                    text,
                    "a whole number of seconds from " + least,
                    value -> SettingsParser.toInteger(value, least, Integer.MAX_VALUE),
                    least));
  }

  /** A number of bytes such as {@code 65536}, {@code 64KiB} or {@code 64MiB}. */
  public long bytes(String name, String defaultText, long least, long most) {
    return read(
        name,
        defaultText,
        "bytes as 65536, 64KiB or 64MiB, from "
            + least
            + (most == Long.MAX_VALUE ? "" : " to " + most),
        text -> SettingsParser.toBytes(text, least, most),
        least);
  }

  /** A duration such as {@code 2s}, {@code 250ms} or {@code PT2S}. */
  public Duration duration(String name, String defaultText, Duration least, Duration most) {
    return read(
        name,
        defaultText,
        "a duration such as 2s, 250ms or PT2S, from "
            + SettingsParser.shown(least)
            + " to "
            + SettingsParser.shown(most),
        text -> SettingsParser.toDuration(text, least, most),
        least);
  }

  /** The items of a comma-separated list. */
  public List<String> list(String name) {
    return optional(name).stream()
        .flatMap(text -> Arrays.stream(text.split(",")))
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .toList();
  }

  /** A path, made absolute. */
  public Path path(String name, String defaultText) {
    return read(
        name,
        defaultText,
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

  /**
   * A value that {@code parser} reads; empty where it is not set or wrong.
   *
   * @param parser throws {@link IllegalArgumentException} with a message that says what was
   *     expected
   * @param shown the text as a message may show it, without passwords
   */
  public <T> Optional<T> optional(
      String name, Function<String, T> parser, Function<String, String> shown) {
    return optional(name)
        .flatMap(
            text -> {
              try {
                return Optional.of(parser.apply(text));
              } catch (IllegalArgumentException e) {
                mistakes.add(fullName(name) + " = " + shown.apply(text) + ": " + e.getMessage());
                return Optional.empty();
              }
            });
  }

  /**
   * Replaces each <code>${key:default}</code> in a text of an annotation from the configuration.
   *
   * @throws IllegalArgumentException if a key has neither a value nor a default
   */
  public String resolve(String text) {
    return EXPRESSION.matcher(text).replaceAll(match -> Matcher.quoteReplacement(value(match)));
  }

  private String value(MatchResult match) {
    return config
        .getOptionalValue(match.group(1), String.class)
        .or(() -> Optional.ofNullable(match.group(2)))
        .orElseThrow(
            () ->
                new IllegalArgumentException(match.group() + " has neither a value nor a default"));
  }

  private <T> T read(
      String name,
      String defaultText,
      String expected,
      Function<String, @Nullable T> parser,
      T substitute) {
    names.add(name, defaultText);
    return parse(name, configured(name).orElse(defaultText), expected, parser, substitute);
  }

  private <T> T parse(
      String name,
      String text,
      String expected,
      Function<String, @Nullable T> parser,
      T substitute) {
    T value;
    try {
      value = parser.apply(text);
    } catch (ArithmeticException | NumberFormatException | DateTimeParseException e) {
      value = null;
    }
    if (value == null) {
      mistakes.add(fullName(name) + " = \"" + text + "\": expected " + expected);
      return substitute;
    }
    return value;
  }

  private String fullName(String name) {
    return SettingNames.PREFIX + prefix + name;
  }
}
