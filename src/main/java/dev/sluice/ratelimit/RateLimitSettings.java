package dev.sluice.ratelimit;

import dev.sluice.config.Settings;
import dev.sluice.config.SettingsGroup;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
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
 * @param partitionKey whether the fields name the client, as a digest
 * @param policyNames what clients see of a policy without a name
 * @param servletLimits limits of the servlet filter; empty: there is no filter
 * @param servletPaths the paths that it limits
 * @param servletExempt the paths that it does not limit all the same
 * @param allowed the networks of clients that are never limited
 * @param source reader of the policies' settings and of expressions in annotations
 */
@SettingsGroup
public record RateLimitSettings(
    boolean enabled,
    Optional<String> defaultLimits,
    Optional<String> applicationLimits,
    OutagePolicy onOutage,
    boolean xHeaders,
    boolean partitionKey,
    PolicyNames policyNames,
    Optional<String> servletLimits,
    PathPatterns servletPaths,
    PathPatterns servletExempt,
    List<IpNetwork> allowed,
    Settings source) {

  static final String GROUP = "policies";

  private static final PathPatterns EVERY_PATH = new PathPatterns(List.of("/*"));
  private static final PathPatterns NO_PATH = new PathPatterns(List.of());

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
        read.flag("rate-limit.partition-key", "false"),
        read.constant(
            "rate-limit.policy-names", PolicyNames.METHOD, EnumSet.allOf(PolicyNames.class)),
        read.optional("rate-limit.servlet"),
        patterns(read, "rate-limit.servlet-paths").orElse(EVERY_PATH),
        patterns(read, "rate-limit.servlet-exempt").orElse(NO_PATH),
        read.optional("rate-limit.allow", text -> IpNetwork.parseAll(items(text)), text -> text)
            .orElse(List.of()),
        read);
    read.declareNamed(GROUP, PolicyOverrides.NAMES);
  }

  private static Optional<PathPatterns> patterns(Settings read, String name) {
    return read.optional(name, text -> new PathPatterns(items(text)), text -> text);
  }

  private static List<String> items(String list) {
    return Arrays.stream(list.split(",")).map(String::strip).filter(one -> !one.isEmpty()).toList();
  }

  /** The policies that have settings, but for those in environment variables. */
  Set<String> policies() {
    return source.namesIn(GROUP);
  }

  /** Whether a plan of this policy limits concurrency. */
  boolean hasConcurrentPlan(String policy) {
    return policies().stream()
        .filter(name -> name.startsWith(policy + ".plans."))
        .flatMap(name -> overrides(name).limits().stream())
        .flatMap(limits -> Limit.parse(limits).stream())
        .anyMatch(Limit.Concurrent.class::isInstance);
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
