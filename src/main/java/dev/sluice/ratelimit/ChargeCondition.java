package dev.sluice.ratelimit;

import java.util.ArrayList;
import java.util.List;

/**
 * Decides by the status of a response whether the request stays charged.
 *
 * @param failed the statuses that mean failure
 */
record ChargeCondition(ChargeWhen when, List<Range> failed) {

  static final String DEFAULT_FAILED = "400-599";

  static final ChargeCondition ALWAYS = parse(ChargeWhen.ALWAYS, DEFAULT_FAILED);

  /** Statuses from {@code first} to {@code last}. */
  record Range(int first, int last) {}

  /**
   * Reads statuses as {@code 401, 403, 500-599}.
   *
   * @throws IllegalArgumentException if one is not a status or a range of them
   */
  static ChargeCondition parse(ChargeWhen when, String statuses) {
    List<Range> failed = new ArrayList<>();
    for (String text : statuses.split(",", -1)) {
      String range = text.strip();
      if (!range.matches("[1-5]\\d\\d(-[1-5]\\d\\d)?")) {
        throw new IllegalArgumentException(
            "\"" + range + "\" is not a status (expected e.g. 401 or 400-499)");
      }
      failed.add(
          new Range(
              Integer.parseInt(range.substring(0, 3)),
              Integer.parseInt(range.substring(range.length() - 3))));
    }
    return new ChargeCondition(when, List.copyOf(failed));
  }

  boolean dependsOnResponse() {
    return when != ChargeWhen.ALWAYS;
  }

  /** Whether a request with this status of the response stays charged. */
  boolean charges(int status) {
    boolean hasFailed =
        failed.stream().anyMatch(range -> range.first <= status && status <= range.last);
    return switch (when) {
      case ALWAYS -> true;
      case FAILED -> hasFailed;
      case SUCCEEDED -> !hasFailed;
    };
  }
}
