package dev.sluice.cache;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A tag as annotations write it, {@code product:{id}}. */
record TagTemplate(String text) {

  private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)}");

  /** The names in it that no argument has. */
  List<String> unknown(Arguments arguments) {
    return VARIABLE
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .filter(name -> !arguments.has(name))
        .toList();
  }

  /** The hash of the tag for this call. */
  String hash(Arguments arguments, Object target, @Nullable Object[] values) {
    return hash(
        VARIABLE
            .matcher(text)
            .replaceAll(
                match -> Matcher.quoteReplacement(arguments.text(match.group(1), target, values))));
  }

  /** The hash of a tag. */
  static String hash(String tag) {
    return CacheKeys.hash(List.of("tag", tag));
  }
}
