package dev.sluice.cache.store;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Stamps that evictions of tags change, each for a sixteenth of all tags. A fill whose tags are
 * known only when its computation has ended begins with the guards of all tags: while a tag's guard
 * is unchanged, the tag has not been evicted.
 */
final class TagGuards {

  /** No hash begins with it. */
  private static final String PREFIX = "@";

  private static final int COUNT = 16;

  static final List<String> ALL =
      IntStream.range(0, COUNT).mapToObj(number -> PREFIX + number).toList();

  private TagGuards() {}

  /** The guard of a tag, by its hash. */
  static String of(String tag) {
    return ALL.get(tag.charAt(0) % COUNT);
  }

  /** Whether this names a guard and not a tag. */
  static boolean is(String name) {
    return name.startsWith(PREFIX);
  }
}
