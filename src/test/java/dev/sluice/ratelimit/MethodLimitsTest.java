package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A limit on concurrency needs the servlet filter, wherever it comes from. */
class MethodLimitsTest {

  private static MethodLimits limits(RateLimitDeclaration declaration) {
    return new MethodLimits(MethodLimitsTest.class, type -> List.of(declaration)).resolved();
  }

  private static RateLimitDeclaration declaration(String limits, Optional<Plans> plans) {
    RateLimitPolicy policy = Charges.policy("api", limits, Algorithm.SLIDING_WINDOW);
    return new RateLimitDeclaration(
        policy,
        policy.quotas(),
        plans,
        request -> Client.address("192.0.2.1"),
        1,
        Optional.empty());
  }

  private static Optional<Plans> plans() {
    RateLimitPolicy policy = Charges.policy("api", "5/minute", Algorithm.SLIDING_WINDOW);
    return Optional.of(
        new Plans((name, client) -> Optional.empty(), policy, (name, plan) -> List.of()));
  }

  @Test
  void findsTheOneOfAPlanInTheSettings() {
    RateLimitSettings settings =
        RateLimitValidatorTest.settings(
            Map.of(
                "sluice.policies.api.plans.gold.limits", "100/minute; 2 concurrent",
                "sluice.policies.other.plans.gold.limits", "100/minute"));
    assertThat(settings.hasConcurrentPlan("api")).isTrue();
    assertThat(settings.hasConcurrentPlan("other")).isFalse();
    MethodLimits planned = limits(declaration("5/minute", plans()));
    assertThat(planned.hasConcurrency(settings::hasConcurrentPlan)).isTrue();
    assertThat(planned.hasConcurrency(policy -> false)).isFalse();
  }

  @Test
  void findsADeclaredOneAndNoPlanWhereNobodyChoosesPlans() {
    assertThat(
            limits(declaration("2 concurrent", Optional.empty())).hasConcurrency(policy -> false))
        .isTrue();
    assertThat(limits(declaration("5/minute", Optional.empty())).hasConcurrency(policy -> true))
        .isFalse();
  }

  @Test
  void refusesOneOfARuleWithoutTheFilter() {
    MethodLimits limits = limits(declaration("5/minute", Optional.empty()));
    List<Charge> charges = Charges.of("10 concurrent");
    assertThatCode(() -> limits.requireServletFilter(charges)).doesNotThrowAnyException();
    limits.hasNoServletFilter();
    assertThatThrownBy(() -> limits.requireServletFilter(charges))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("\"10 concurrent\" of the policy ")
        .hasMessageContaining("dev.sluice.http.OuterFiltersListener");
    assertThatCode(() -> limits.requireServletFilter(Charges.of("5/minute")))
        .doesNotThrowAnyException();
  }
}
