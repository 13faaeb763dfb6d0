package dev.sluice.cache;

import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tags as groups of other caches.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9875">RFC 9875</a>
 */
final class CacheGroups {

  /** The field of responses that belong to groups. */
  static final String GROUPS = "Cache-Groups";

  /** The field of responses to requests that make groups invalid. */
  static final String INVALIDATION = "Cache-Group-Invalidation";

  /** How many groups other caches need to understand (RFC 9875, 2), and fit into a header. */
  private static final int MOST = 32;

  private CacheGroups() {}

  /** The value of both fields; empty where no tag can be written as a string of RFC 9651. */
  static Optional<String> field(Collection<String> tags) {
    String field =
        tags.stream()
            .filter(tag -> tag.chars().allMatch(c -> c >= 0x20 && c < 0x7f))
            .distinct()
            .limit(MOST)
            .map(tag -> '"' + tag.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
            .collect(Collectors.joining(", "));
    return field.isEmpty() ? Optional.empty() : Optional.of(field);
  }
}
