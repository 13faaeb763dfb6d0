package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testing.TestSettings;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RateLimitDeclarationsTest {

  private static final ClientSettings CLIENT = new ClientSettings(TestSettings.of(Map.of()));

  @Path("/")
  @RateLimited("10/minute")
  static class Limited {
    @GET
    public void inherits() {}

    @GET
    public void inheritsToo() {}

    @GET
    public void inherits(String overloaded) {}

    @GET
    @RateLimited(value = "5/minute", algorithm = Algorithm.TOKEN_BUCKET)
    @RateLimited(value = "9/hour", by = "principal", onOutage = OutagePolicy.FAIL_CLOSED)
    public void own() {}

    @GET
    @RateLimited(value = "3/minute", policy = "shared")
    public void shared() {}

    @GET
    @RateLimited(policy = "shared")
    public void sharedToo() {}

    @GET
    @RateLimitExempt
    public void exempt() {}
  }

  static class Subclass extends Limited {}

  @Path("/")
  static class Plain {
    @GET
    public void read() {}
  }

  private static List<RateLimitDeclaration> of(
      Map<String, String> values, Class<?> type, String method, Class<?>... parameters) {
    RateLimitSettings settings = RateLimitValidatorTest.settings(values);
    NamedPolicies named = new NamedPolicies();
    RateLimitDeclarations declarations = RateLimitValidatorTest.declarations(settings, named);
    new RateLimitValidator(settings, CLIENT, named, declarations).problems(List.of(Limited.class));
    return declarations.of(type, method(type, method, parameters));
  }

  private static Method method(Class<?> type, String name, Class<?>... parameters) {
    try {
      return type.getMethod(name, parameters);
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  private static List<RateLimitDeclaration> of(Class<?> type, String method) {
    return of(Map.of(), type, method);
  }

  private static List<String> limits(List<RateLimitDeclaration> declarations) {
    return declarations.stream()
        .flatMap(declaration -> declaration.policy().limits().stream())
        .map(Limit::toString)
        .toList();
  }

  @Test
  void countsAnUnnamedLimitOfAClassByMethod() {
    assertThat(
            Stream.of(
                    of(Limited.class, "inherits"),
                    of(Limited.class, "inheritsToo"),
                    of(Map.of(), Limited.class, "inherits", String.class),
                    of(Subclass.class, "inherits"))
                .map(declarations -> declarations.get(0).quotas().get(0))
                .peek(quota -> assertThat(quota.limit()).hasToString("10 per 1 minute"))
                .map(QuotaPolicy::key))
        .doesNotHaveDuplicates();
  }

  @Test
  void prefersTheLimitsOfTheMethodToThoseOfItsClass() {
    List<RateLimitDeclaration> own = of(Limited.class, "own");
    assertThat(limits(own)).containsExactly("5 per 1 minute", "9 per 1 hour");
    assertThat(own.get(0).policy().name()).isEqualTo("Limited.own");
    assertThat(own.get(0).policy().algorithm()).isEqualTo(Algorithm.TOKEN_BUCKET);
    assertThat(own.get(0).policy().onOutage()).isEqualTo(OutagePolicy.LOCAL);
    assertThat(own.get(1).policy().name()).isEqualTo("Limited.own-2");
    assertThat(own.get(1).policy().onOutage()).isEqualTo(OutagePolicy.FAIL_CLOSED);
  }

  @Test
  void countsAllMethodsOfANamedPolicyTogether() {
    List<RateLimitDeclaration> first = of(Limited.class, "shared");
    List<RateLimitDeclaration> second = of(Limited.class, "sharedToo");
    assertThat(limits(second)).containsExactly("3 per 1 minute");
    assertThat(second.get(0).quotas().get(0).key()).isEqualTo(first.get(0).quotas().get(0).key());
  }

  @Path("/")
  static class Sharing {
    @GET
    @RateLimited(
        value = "${sharing.limit:5/minute}",
        policy = "sharing",
        by = "principal",
        algorithm = Algorithm.FIXED_WINDOW,
        onOutage = OutagePolicy.FAIL_CLOSED)
    public void declares() {}

    @GET
    @RateLimited(policy = "sharing", cost = 2)
    public void names() {}
  }

  @Test
  void appliesTheTermsOfAPolicyWhereverItIsNamed() {
    RateLimitSettings settings =
        RateLimitValidatorTest.settings(Map.of("sharing.limit", "7/minute"));
    NamedPolicies named = new NamedPolicies();
    RateLimitDeclarations declarations = RateLimitValidatorTest.declarations(settings, named);
    assertThat(
            new RateLimitValidator(settings, CLIENT, named, declarations)
                .problems(List.of(Sharing.class)))
        .isEmpty();
    RateLimitDeclaration names =
        declarations.of(Sharing.class, method(Sharing.class, "names")).get(0);
    RateLimitDeclaration declares =
        declarations.of(Sharing.class, method(Sharing.class, "declares")).get(0);
    assertThat(names.policy())
        .isEqualTo(declares.policy())
        .isEqualTo(declarations.named("sharing").policy());
    assertThat(names.policy().limits()).hasToString("[7 per 1 minute]");
    assertThat(names.policy().algorithm()).isEqualTo(Algorithm.FIXED_WINDOW);
    assertThat(names.policy().onOutage()).isEqualTo(OutagePolicy.FAIL_CLOSED);
    assertThat(names.by()).isInstanceOf(PartitionKey.ByPrincipal.class).isEqualTo(declares.by());
    assertThat(List.of(names.cost(), declares.cost())).containsExactly(2, 1);
  }

  @Test
  void exemptsAMethodFromEveryLimit() {
    Map<String, String> all =
        Map.of("sluice.rate-limit.default", "1/day", "sluice.rate-limit.application", "2/day");
    assertThat(of(all, Limited.class, "exempt")).isEmpty();
  }

  @Test
  void appliesTheDefaultToUndeclaredMethodsAndTheApplicationLimitToAll() {
    Map<String, String> all =
        Map.of("sluice.rate-limit.default", "1/day", "sluice.rate-limit.application", "2/day");
    assertThat(limits(of(all, Plain.class, "read"))).containsExactly("1 per 1 day", "2 per 1 day");
    assertThat(limits(of(all, Limited.class, "shared")))
        .containsExactly("3 per 1 minute", "2 per 1 day");
    assertThat(of(all, Plain.class, "read").get(1).quotas().get(0).key())
        .isEqualTo(of(all, Limited.class, "shared").get(1).quotas().get(0).key());
  }

  @Test
  void letsAnOperatorOverrideAPolicy() {
    RateLimitPolicy policy =
        of(
                Map.of(
                    "sluice.policies.Limited.inherits.limits", "7/hour",
                    "sluice.policies.Limited.inherits.message", "Slow down",
                    "sluice.policies.Limited.inherits.shadow", "true",
                    "sluice.policies.Limited.inherits.warn-at", "50",
                    "sluice.rate-limit.on-outage", "FAIL_OPEN"),
                Limited.class,
                "inherits")
            .get(0)
            .policy();
    assertThat(policy.limits()).hasToString("[7 per 1 hour]");
    assertThat(policy.message()).contains("Slow down");
    assertThat(policy.shadow()).isTrue();
    assertThat(policy.warnAt()).isEqualTo(50);
    assertThat(policy.onOutage()).isEqualTo(OutagePolicy.FAIL_OPEN);
  }

  @Test
  void limitsNothingWhenSwitchedOff() {
    assertThat(of(Map.of("sluice.rate-limit.enabled", "false"), Limited.class, "own")).isEmpty();
  }

  @Test
  void findsAPolicyThatOnlyTheSettingsDeclare() {
    RateLimitSettings settings =
        RateLimitValidatorTest.settings(Map.of("sluice.policies.login.limits", "5/minute"));
    RateLimitDeclarations declarations =
        RateLimitValidatorTest.declarations(settings, new NamedPolicies());
    assertThat(declarations.named("login").quotas()).hasSize(1);
    assertThatThrownBy(() -> declarations.named("logout"))
        .hasMessage("the policy logout has no limits");
  }

  @Test
  void findsThePolicyOfAMethodWithoutAPolicyName() {
    RateLimitSettings settings = RateLimitValidatorTest.settings(Map.of());
    NamedPolicies named = new NamedPolicies();
    RateLimitDeclarations declarations = RateLimitValidatorTest.declarations(settings, named);
    new RateLimitValidator(settings, CLIENT, named, declarations).problems(List.of(Limited.class));
    assertThat(declarations.named("Limited.own").quotas())
        .isEqualTo(declarations.of(Limited.class, method(Limited.class, "own")).get(0).quotas());
    assertThatThrownBy(() -> declarations.named("Limited.inherits"))
        .hasMessage("2 methods are called Limited.inherits; give each a policy with a name");
  }

  @Path("/products/")
  static class Products {
    @GET
    @Path("{id}/parts")
    @RateLimited("5/minute")
    @RateLimited("100/hour")
    public void parts() {}

    @GET
    @RateLimited(value = "5/minute", policy = "named")
    public void all() {}
  }

  @Test
  void showsThePathTemplateToClientsWhereTheSettingsSaySo() {
    Map<String, String> paths = Map.of("sluice.rate-limit.policy-names", "PATH");
    List<RateLimitDeclaration> parts = of(paths, Products.class, "parts");
    assertThat(parts)
        .extracting(declaration -> declaration.quotas().get(0).name())
        .containsExactly("/products/{id}/parts", "/products/{id}/parts-2");
    assertThat(parts)
        .extracting(declaration -> declaration.policy().name())
        .containsExactly("Products.parts", "Products.parts-2");
    assertThat(of(paths, Products.class, "all").get(0).quotas().get(0).name()).isEqualTo("named");
    assertThat(of(Products.class, "parts").get(0).quotas().get(0).name())
        .isEqualTo("Products.parts");
    assertThat(of(Products.class, "parts").get(0).quotas().get(0).key())
        .isEqualTo(parts.get(0).quotas().get(0).key());
  }

  @Path("/")
  static class Blocking {
    @GET
    @RateLimited(value = "5/minute", policy = "blocking", block = "1 hour")
    public void annotated() {}

    @GET
    @RateLimited(value = "5 concurrent; 7/minute", cost = 6)
    public void costly() {}
  }

  @Test
  void blocksAsTheAnnotationOrTheSettingsSay() {
    assertThat(of(Blocking.class, "annotated").get(0).policy().block())
        .isEqualTo(Block.parse("1 hour", "10/minute"))
        .isPresent();
    assertThat(
            of(
                    Map.of(
                        "sluice.policies.blocking.block", "2 days",
                        "sluice.policies.blocking.block-after", "3/hour"),
                    Blocking.class,
                    "annotated")
                .get(0)
                .policy()
                .block())
        .isEqualTo(Block.parse("2 days", "3/hour"))
        .isPresent();
    assertThat(of(Limited.class, "own").get(0).policy().block()).isEmpty();
  }

  @Test
  void countsARequestOnceAgainstAConcurrencyLimitWhateverItsCost() {
    assertThat(of(Blocking.class, "costly").get(0).charges(Client.everyone(), 6))
        .extracting(Charge::cost)
        .containsExactly(1, 6);
  }
}
