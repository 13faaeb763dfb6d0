package dev.sluice.ratelimit;

import dev.sluice.config.Settings;
import java.util.Optional;
import java.util.Set;

/**
 * The operator's settings of one policy, {@code sluice.policies.NAME.*}. An absent one leaves what
 * the annotation declares.
 *
 * @param failedStatuses the statuses that {@link ChargeWhen} takes for failures
 * @param warnAt the warn threshold, 1 to 100 percent of a limit
 * @param quotaUnit what the limits count, as the draft's parameter {@code qu} says
 */
record PolicyOverrides(
    Optional<String> limits,
    Optional<String> message,
    boolean shadow,
    int warnAt,
    String failedStatuses,
    Optional<String> block,
    Optional<String> blockAfter,
    String quotaUnit) {

  static final Set<String> NAMES =
      Set.of(
          "limits",
          "message",
          "shadow",
          "warn-at",
          "failed-statuses",
          "block",
          "block-after",
          "quota-unit");

  /** The unit that the draft assumes where none is written. */
  static final String REQUESTS = "requests";

  /**
   * @throws IllegalArgumentException if one of them is wrong
   */
  static PolicyOverrides of(Settings read) {
    PolicyOverrides overrides =
        new PolicyOverrides(
            read.optional("limits"),
            read.optional("message"),
            read.flag("shadow", "false"),
            read.integer("warn-at", "80", 1, 100),
            read.optional("failed-statuses").orElse(ChargeCondition.DEFAULT_FAILED),
            read.optional("block"),
            read.optional("block-after"),
            read.text("quota-unit", REQUESTS, "[a-z][a-z-]{0,63}", "a unit as content-bytes"));
    read.requireValid();
    return overrides;
  }
}
