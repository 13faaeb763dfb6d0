package dev.sluice.cache;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The mistakes in an application's declarations, each of them once. */
final class DeploymentProblems {

  private final Set<String> all = new LinkedHashSet<>();

  List<String> all() {
    return List.copyOf(all);
  }

  void add(String place, String problem) {
    all.add(place + ": " + problem);
  }

  /** Collects the mistakes at one place. */
  At at(Object place) {
    return (holds, problem) -> {
      if (!holds) {
        add(place.toString(), problem);
      }
    };
  }

  /** One place in the application's code. */
  interface At {
    /** Adds the problem unless the rule holds. */
    void require(boolean holds, String problem);

    /** Adds a problem for each tag that is empty or names no input. */
    default void requireTags(List<TagTemplate> tags, MethodInputs inputs) {
      for (TagTemplate tag : tags) {
        require(!tag.text().isBlank(), "a tag is empty");
        for (String name : tag.unknown(inputs)) {
          require(
              false,
              "tag \"" + tag.text() + "\" names {" + name + "}, which no parameter is called");
        }
      }
    }
  }
}
