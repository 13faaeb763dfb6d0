package dev.sluice.cache;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is wrong with an application's declarations; each mistake once. */
final class DeploymentProblems {

  private final Set<String> all = new LinkedHashSet<>();

  List<String> all() {
    return List.copyOf(all);
  }

  void add(String place, String problem) {
    all.add(place + ": " + problem);
  }

  /** What is wrong at one place. */
  At at(Object place) {
    return (holds, problem) -> {
      if (!holds) {
        add(place.toString(), problem);
      }
    };
  }

  /** Takes a problem down unless the rule holds. */
  interface At {
    void require(boolean holds, String problem);

    /** Tags are made of parameters by name. */
    default void requireTags(List<TagTemplate> tags, Arguments arguments) {
      for (TagTemplate tag : tags) {
        require(!tag.text().isBlank(), "a tag is empty");
        for (String name : tag.unknown(arguments)) {
          require(
              false,
              "tag \"" + tag.text() + "\" names {" + name + "}, which no parameter is called");
        }
      }
    }
  }
}
