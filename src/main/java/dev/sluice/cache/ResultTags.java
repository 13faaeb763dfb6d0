package dev.sluice.cache;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tags of a cache that contain values from the result of its method. */
final class ResultTags {

  /** The most tags that an entry may get from a result. */
  static final int MOST = 1_000;

  private static final System.Logger LOG = System.getLogger(ResultTags.class.getName());

  private final List<TagTemplate> templates;
  private final Map<String, ResultPath> paths = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * @param type of the result
   * @param all templates of the cache
   */
  ResultTags(Type type, List<TagTemplate> all) {
    templates = all.stream().filter(TagTemplate::needsResult).toList();
    for (TagTemplate template : templates) {
      for (String name : template.namesOfResult()) {
        try {
          paths.put(name, ResultPath.of(type, name.substring(TagTemplate.RESULT.length())));
        } catch (IllegalArgumentException e) {
          problems.add("tag \"" + template.text() + "\": " + e.getMessage());
        }
      }
    }
  }

  boolean areDeclared() {
    return !templates.isEmpty();
  }

  /** What cannot be read from the declared type of the result. */
  List<String> problems() {
    return problems;
  }

  /** The tags; empty where a value cannot be read, or where there are too many. */
  Optional<List<String>> of(MethodInputs inputs, MethodCall call, @Nullable Object result) {
    if (templates.isEmpty()) {
      return Optional.of(List.of());
    }
    try {
      List<String> tags =
          templates.stream()
              .flatMap(template -> template.texts(name -> values(name, inputs, call, result)))
              .distinct()
              .limit(MOST + 1)
              .toList();
      return tags.size() > MOST ? Optional.empty() : Optional.of(tags);
    } catch (RuntimeException | Error e) { // of a getter: the caller has its result
      LOG.log(System.Logger.Level.DEBUG, "The tags of a result cannot be read", e);
      return Optional.empty();
    }
  }

  private List<String> values(
      String name, MethodInputs inputs, MethodCall call, @Nullable Object result) {
    ResultPath path = paths.get(name);
    return path == null
        ? List.of(inputs.text(name, call))
        : path.texts(result).limit(MOST + 1).toList();
  }
}
