package dev.sluice.cache;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A tag with names in place of values: of inputs, as in {@code product:{id}}, or of properties of
 * the method's result, as in {@code product:{result.id}}.
 */
record TagTemplate(String text) {

  /** What the names of the result's properties begin with. */
  static final String RESULT = "result.";

  private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)}");

  private Stream<String> names() {
    return VARIABLE.matcher(text).results().map(match -> match.group(1));
  }

  /** The names in it that neither an input of the method has nor a property of a result. */
  List<String> unknown(MethodInputs inputs) {
    return names().filter(name -> !name.startsWith(RESULT) && !inputs.has(name)).toList();
  }

  /** Whether the value of this input is part of the tag. */
  boolean names(String input) {
    return names().anyMatch(input::equals);
  }

  /** The names in it of the result's properties. */
  List<String> namesOfResult() {
    return names().filter(name -> name.startsWith(RESULT)).toList();
  }

  boolean needsResult() {
    return !namesOfResult().isEmpty();
  }

  /** The tag for this call. */
  String text(MethodInputs inputs, MethodCall call) {
    return texts(name -> List.of(inputs.text(name, call))).findFirst().orElseThrow();
  }

  /** The tags for these values of its names, in every combination. */
  Stream<String> texts(Function<String, List<String>> values) {
    Matcher variable = VARIABLE.matcher(text);
    Stream<String> texts = Stream.of("");
    int at = 0;
    while (variable.find()) {
      String literal = text.substring(at, variable.start());
      List<String> all = values.apply(variable.group(1));
      texts = texts.flatMap(text -> all.stream().map(value -> text + literal + value));
      at = variable.end();
    }
    String rest = text.substring(at);
    return texts.map(text -> text + rest);
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
