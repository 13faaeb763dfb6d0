package dev.sluice.ratelimit;

import dev.sluice.config.Settings;
import dev.sluice.config.SettingsGroup;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Settings of rate limiting.
 *
 * @param enabled false: every request is permitted
 * @param defaultLimits limits of each resource method that declares none
 * @param applicationLimits limits of all resource methods together
 * @param onOutage what holds without Redis; never {@link OutagePolicy#CONFIGURED}
 * @param xHeaders whether {@code X-RateLimit-*} are written too
 * @param source reader of the policies' settings and of expressions in annotations
 */
@SettingsGroup
public record RateLimitSettings(
    boolean enabled,
    Optional<String> defaultLimits,
    Optional<String> applicationLimits,
    OutagePolicy onOutage,
    boolean xHeaders,
    Settings source) {

  static final String GROUP = "policies";

  public RateLimitSettings(Settings read) {
    this(
        read.flag("rate-limit.enabled", "true"),
        read.optional("rate-limit.default"),
        read.optional("rate-limit.application"),
        read.constant(
            "rate-limit.on-outage",
            OutagePolicy.LOCAL,
            EnumSet.complementOf(EnumSet.of(OutagePolicy.CONFIGURED))),
        read.flag("rate-limit.x-headers", "false"),
        read);
    read.declareNamed(GROUP, Set.of("limits", "message", "shadow", "warn-at"));
  }

  /** The policies that have settings, but for those in environment variables. */
  Set<String> policies() {
    return source.namesIn(GROUP);
  }

  /**
   * The operator's settings of one policy.
   *
   * @throws IllegalArgumentException if one of them is wrong
   */
  PolicyOverrides overrides(String policy) {
    return PolicyOverrides.of(source.named(GROUP, policy));
  }
}
