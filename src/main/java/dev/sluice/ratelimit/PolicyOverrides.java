package dev.sluice.ratelimit;

import dev.sluice.config.Settings;
import java.util.Optional;

/**
 * The operator's settings of one policy, {@code sluice.policies.NAME.*}. An absent one leaves what
 * the annotation declares.
 *
 * @param failedStatuses the statuses that {@link ChargeWhen} takes for failures
 * @param warnAt the warn threshold, 1 to 100 percent of a limit
 */
record PolicyOverrides(
    Optional<String> limits,
    Optional<String> message,
    boolean shadow,
    int warnAt,
    String failedStatuses) {

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
            read.optional("failed-statuses").orElse(ChargeCondition.DEFAULT_FAILED));
    read.requireValid();
    return overrides;
  }
}
