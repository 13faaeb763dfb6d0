package dev.sluice.cache;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A tag with the names of inputs in place of their values, such as {@code product:{id}}. */
record TagTemplate(String text) {

  private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)}");

  /** The names in it that no input of the method has. */
  List<String> unknown(MethodInputs inputs) {
    return VARIABLE
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .filter(name -> !inputs.has(name))
        .toList();
  }

  /** Whether the value of this input is part of the tag. */
  boolean names(String input) {
    return VARIABLE.matcher(text).results().anyMatch(match -> match.group(1).equals(input));
  }

  /** The tag for this call. */
  String text(MethodInputs inputs, MethodCall call) {
    return VARIABLE
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(inputs.text(match.group(1), call)));
  }

  /** The hash of the tag for this call. */
  String hash(MethodInputs inputs, MethodCall call) {
    return hash(text(inputs, call));
  }

  /** The hash of a tag. */
  static String hash(String tag) {
    return CacheKeys.hash(List.of("tag", tag));
  }
}
