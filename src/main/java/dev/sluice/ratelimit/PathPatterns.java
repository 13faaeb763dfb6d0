package dev.sluice.ratelimit;

import java.util.List;

/**
 * Paths of an application, each exact or with all paths below it: {@code /login}, {@code /api/*}.
 */
record PathPatterns(List<String> patterns) {

  /**
   * @throws IllegalArgumentException if a pattern does not begin with / or has a * before its end
   */
  PathPatterns {
    for (String pattern : patterns) {
      if (!pattern.matches("/[^*]*|/([^*]*/)?\\*")) {
        throw new IllegalArgumentException(
            "\"" + pattern + "\" is not a path pattern (expected e.g. /login or /api/*)");
      }
    }
  }

  boolean match(String path) {
    for (String pattern : patterns) {
      if (pattern.endsWith("/*") ? isBelow(path, pattern) : path.equals(pattern)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBelow(String path, String pattern) {
    String folder = pattern.substring(0, pattern.length() - 1);
    return path.startsWith(folder) || folder.equals(path + "/");
  }
}
