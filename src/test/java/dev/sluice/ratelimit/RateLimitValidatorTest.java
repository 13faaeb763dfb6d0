package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.TestSettings;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RateLimitValidatorTest {

  static RateLimitSettings settings(Map<String, String> values) {
    return new RateLimitSettings(TestSettings.of(values));
  }

  static RateLimitDeclarations declarations(RateLimitSettings settings, NamedPolicies named) {
    return new RateLimitDeclarations(
        settings,
        named,
        new PartitionKey.OfApplication(),
        rule -> new RateLimitRule() {},
        Optional.empty());
  }

  private static List<String> problems(Map<String, String> values, Class<?>... types) {
    RateLimitSettings settings = settings(values);
    ClientSettings client = new ClientSettings(TestSettings.of(values));
    NamedPolicies named = new NamedPolicies();
    return new RateLimitValidator(settings, client, named, declarations(settings, named))
        .problems(Arrays.asList(types)).stream()
            .map(Throwable::getMessage)
            .collect(Collectors.toList());
  }

  private static List<String> problems(Class<?>... types) {
    return problems(Map.of(), types);
  }

  @Path("/")
  static class Right {
    @GET
    @RateLimited("5/minute")
    public void own() {}

    @GET
    @RateLimited(policy = "shared")
    public void shared() {}

    @GET
    @RateLimited(value = "1/second; 100/hour", policy = "shared")
    public void sharedToo() {}

    @GET
    @RateLimitExempt
    public void exempt() {}

    @GET
    @RateLimited(value = "${limit:5/minute}", by = "header:X-Api-Key", cost = 5)
    @RateLimited("1/second")
    public void both() {}

    @Path("sub")
    public Sub sub() {
      return new Sub();
    }

    @Path("any")
    public Object any() {
      return new Sub();
    }
  }

  static class Sub {
    @GET
    @RateLimited("5/minute")
    public void read() {}
  }

  @Test
  void acceptsCorrectDeclarations() {
    assertThat(problems(Right.class)).isEmpty();
  }

  @Path("/")
  static class Wrong {
    @GET
    @RateLimited("5/minuet")
    public void unit() {}

    @GET
    @RateLimited
    public void nothing() {}

    @GET
    @RateLimited(policy = "nowhere")
    public void nowhere() {}

    @GET
    @RateLimited(value = "5/minute", by = "cookie:a")
    public void by() {}

    @GET
    @RateLimited(value = "5/minute", cost = 0)
    public void free() {}

    @GET
    @RateLimited(value = "5/minute; 100/hour", cost = 6)
    public void dear() {}

    @GET
    @RateLimited("${limit}")
    public void unset() {}

    @GET
    @RateLimited("5/minute")
    @RateLimitExempt
    public void both() {}

    @GET
    @RateLimited(value = "5/minute", policy = "a b")
    public void name() {}

    @GET
    @RateLimited(value = "5/minute", policy = "twice")
    @RateLimited(value = "5/minute", policy = "twice", by = "principal")
    public void twice() {}

    @GET
    @RateLimited(value = "5/minute", block = "soon")
    public void blocked() {}

    @GET
    @RateLimited(value = "5/minute", block = "1 hour", blockAfter = "3 concurrent")
    public void blockedAfter() {}

    @RateLimited("5/minute")
    public void helper() {}

    @GET
    @RateLimited("5/minute")
    void hidden() {}

    @Path("sub")
    @RateLimited("5/minute")
    public Sub locator() {
      return new Sub();
    }
  }

  @Test
  void reportsEveryMistakeWithItsPlace() {
    assertThat(problems(Wrong.class))
        .containsExactlyInAnyOrder(
            "@RateLimited on Wrong.unit: \"5/minuet\" is not a limit (expected e.g. \"5/minute\"):"
                + " unknown unit \"minuet\"",
            "@RateLimited on Wrong.nothing: the policy Wrong.nothing has no limits",
            "@RateLimited on Wrong.nowhere: the policy nowhere has no limits",
            "@RateLimited on Wrong.by: by = \"cookie:a\": expected client, principal, application or"
                + " header:NAME",
            "@RateLimited on Wrong.free: cost = 0: expected at least 1",
            "@RateLimited on Wrong.dear: cost = 6 never fits into 5 per 1 minute",
            "@RateLimited on Wrong.unset: ${limit} has neither a value nor a default",
            "@RateLimited on Wrong.both: it is @RateLimitExempt as well",
            "@RateLimited on Wrong.name: policy = \"a b\": expected 1 to 128 letters, digits, . _ -",
            "@RateLimited on Wrong.twice: the policy twice is named twice",
            "@RateLimited on Wrong.blocked: block = \"soon\": expected a duration as \"1 hour\"",
            "@RateLimited on Wrong.blockedAfter: block-after = \"3 concurrent\": expected refusals in"
                + " a period as \"10/minute\"",
            "@RateLimited on Wrong.helper: no request is routed to it",
            "@RateLimited on Wrong.hidden: no request is routed to it",
            "@RateLimited on Wrong.locator: a sub-resource locator serves no request; put it on"
                + " the methods of the sub-resource");
  }

  interface Api {
    @GET
    @RateLimited("5/minute")
    void read();
  }

  @Path("/")
  static class Implementing implements Api {
    @Override
    public void read() {}
  }

  @RateLimited("5/minute")
  static class Service {
    public void work() {}
  }

  @Path("/")
  static class Locating {
    @Path("sub")
    public WrongSub sub() {
      return new WrongSub();
    }
  }

  static class WrongSub {
    @GET
    @RateLimited("0/minute")
    public void read() {}
  }

  @Test
  void reportsAnnotationsWithoutEffect() {
    assertThat(problems(Implementing.class, Service.class, Locating.class))
        .containsExactlyInAnyOrder(
            "@RateLimited on Implementing.read: it has no effect on an interface; put it on the"
                + " implementation",
            "@RateLimited on Service: no request is routed to it",
            "@RateLimited on WrongSub.read: \"0/minute\" is not a limit (expected e.g. \"5/minute\"):"
                + " the amount has to be from 1 to 1000000000000, not 0");
  }

  static class Overridden {
    @GET
    @RateLimited("5/minute")
    public void read() {}

    @GET
    @RateLimited("5/minute")
    public void own() {}

    @GET
    @RateLimited("5/minute")
    public void inherited() {}
  }

  @Path("/")
  static class Overriding extends Overridden {
    @Override
    public void read() {}

    @Override
    @RateLimited("6/minute")
    public void own() {}
  }

  @Test
  void reportsALimitOnAnOverriddenMethod() {
    assertThat(problems(Overriding.class))
        .containsExactly(
            "@RateLimited on Overriding.read: it has no effect on the overridden method"
                + " Overridden.read; put it on this one");
  }

  @RateLimited("5/minute")
  abstract static class ForSubclasses {}

  @Path("/")
  static class Subclass extends ForSubclasses {
    @GET
    public void read() {}
  }

  @Test
  void acceptsALimitOnAnAbstractClassForItsSubclasses() {
    assertThat(problems(ForSubclasses.class, Subclass.class)).isEmpty();
  }

  @Path("/")
  static class Contradicting {
    @GET
    @RateLimited(value = "5/minute", policy = "a", by = "principal")
    public void first() {}

    @GET
    @RateLimited(value = "6/minute", policy = "a")
    public void otherLimits() {}

    @GET
    @RateLimited(policy = "a", by = "application")
    public void otherKey() {}

    @GET
    @RateLimited(policy = "b", algorithm = Algorithm.FIXED_WINDOW)
    public void algorithm() {}

    @GET
    @RateLimited(value = "5/minute", policy = "b", algorithm = Algorithm.TOKEN_BUCKET)
    public void otherAlgorithm() {}

    @GET
    @RateLimited(value = "5/minute", policy = "default")
    public void taken() {}

    @GET
    @RateLimited("5/minute")
    @RateLimited(value = "5/minute", policy = "Contradicting.same")
    public void same() {}
  }

  @Test
  void reportsContradictingDeclarationsOfAPolicy() {
    assertThat(problems(Contradicting.class))
        .anyMatch(problem -> problem.contains("the policy a is") && problem.contains("6/minute"))
        .anyMatch(problem -> problem.contains("the policy a is") && problem.contains("application"))
        .anyMatch(
            problem -> problem.contains("the policy b is") && problem.contains("FIXED_WINDOW"))
        .contains(
            "@RateLimited on Contradicting.taken: policy = \"default\": what"
                + " sluice.rate-limit.default is called",
            "@RateLimited on Contradicting.same: the policy Contradicting.same is named twice")
        .hasSizeBetween(5, 6);
  }

  @Test
  void reportsWrongSettingsOfUndeclaredPolicies() {
    assertThat(
            problems(
                Map.of(
                    "sluice.policies.outside.limits", "5/minuet",
                    "sluice.policies.other.warn-at", "101",
                    "sluice.policies.third.shadow", "perhaps",
                    "sluice.policies.fourth.block-after", "often",
                    "sluice.policies.fifth.quota-unit", "Bytes!")))
        .hasSize(5)
        .anyMatch(problem -> problem.startsWith("sluice.policies.outside.limits: \"5/minuet\""))
        .anyMatch(problem -> problem.contains("sluice.policies.other.warn-at = \"101\""))
        .anyMatch(problem -> problem.contains("sluice.policies.third.shadow = \"perhaps\""))
        .anyMatch(
            problem ->
                problem.startsWith("sluice.policies.fourth.block-after = \"often\": expected"))
        .anyMatch(problem -> problem.contains("sluice.policies.fifth.quota-unit = \"Bytes!\""));
  }

  @Test
  void reportsWrongSettings() {
    assertThat(
            problems(
                Map.of(
                    "sluice.rate-limit.default", "5/minuet",
                    "sluice.rate-limit.application", "5/",
                    "sluice.client.trusted-proxies", "10.0.0.0/8, proxy",
                    "sluice.policies.Sub.read.limits", "many"),
                Right.class))
        .hasSize(5)
        .anyMatch(problem -> problem.startsWith("sluice.policies.Sub.read.limits: \"many\" is not"))
        .anyMatch(problem -> problem.startsWith("sluice.rate-limit.default: \"5/minuet\" is not"))
        .anyMatch(problem -> problem.startsWith("sluice.rate-limit.application: \"5/\" is not"))
        .anyMatch(problem -> problem.startsWith("sluice.client.trusted-proxies: \"proxy\" is not"))
        .anyMatch(problem -> problem.startsWith("@RateLimited on Sub.read: sluice.policies.Sub"));
  }

  interface Crud<T> {
    @GET
    void read(T id);
  }

  abstract static class CrudBase<T> implements Crud<T> {
    @RateLimited("5/minute")
    @Override
    public void read(T id) {}
  }

  @Path("/")
  static class Products extends CrudBase<String> {
    @Override
    @RateLimited("6/minute")
    public void read(String id) {}
  }

  @Path("/")
  static class Orders implements Crud<Integer> {
    @Override
    @RateLimited("7/minute")
    public void read(Integer id) {}
  }

  @Test
  void findsTheMethodsThatGenericSupertypesDeclare() throws NoSuchMethodException {
    assertThat(problems(Products.class, Orders.class)).isEmpty();
    RateLimitDeclarations declarations = declarations(settings(Map.of()), new NamedPolicies());
    assertThat(
            declarations
                .of(Orders.class, Crud.class.getMethod("read", Object.class))
                .get(0)
                .policy()
                .limits())
        .hasToString("[7 per 1 minute]");
  }

  @Path("/")
  static class Unlimited {
    @GET
    @RateLimited(policy = "elsewhere")
    public void read() {}
  }

  @Path("/")
  static class Elsewhere {
    @GET
    @RateLimited(value = "5/minute", policy = "elsewhere")
    public void read() {}
  }

  @Test
  void allowsATypeThatCdiDoesNotShowToDeclareThePolicyOfAnother() {
    RateLimitSettings settings = settings(Map.of());
    NamedPolicies named = new NamedPolicies();
    ClientSettings client = new ClientSettings(TestSettings.of(Map.of()));
    RateLimitDeclarations declarations = declarations(settings, named);
    for (Class<?> type : List.of(Unlimited.class, Elsewhere.class)) {
      assertThat(new RateLimitValidator(settings, client, named, declarations).problemsOn(type))
          .isEmpty();
    }
    assertThat(declarations.named("elsewhere").policy().limits()).hasToString("[5 per 1 minute]");
  }

  @Test
  void reportsWrongLimitsOfTheServletFilterAndWrongStatuses() {
    assertThat(problems(Map.of("sluice.rate-limit.servlet", "5/minuet")))
        .singleElement()
        .asString()
        .startsWith("sluice.rate-limit.servlet: \"5/minuet\" is not a limit");
    assertThat(problems(Map.of("sluice.policies.login.failed-statuses", "401, often")))
        .singleElement()
        .asString()
        .contains("sluice.policies.login.failed-statuses: \"often\" is not a status");
  }
}
