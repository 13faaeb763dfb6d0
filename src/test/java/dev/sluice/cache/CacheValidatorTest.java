package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ratelimit.RateLimited;
import dev.sluice.testing.TestSettings;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Mistakes in declarations, and the meaning of an annotation on a class. */
class CacheValidatorTest {

  private final CacheValidator checks = validator(settings(Map.of()));

  private static CacheValidator validator(CacheSettings settings) {
    return new CacheValidator(settings, type -> false, List.of(), new Locators());
  }

  private static CacheSettings settings(Map<String, String> values) {
    return new CacheSettings(TestSettings.of(values));
  }

  static class Parent {
    public String inherited() {
      return "";
    }
  }

  @Cached(expire = 30)
  static class Whole extends Parent {
    public String own(String id) {
      return id;
    }

    public void nothing() {}

    String hidden() {
      return "";
    }

    public static String ofClass() {
      return "";
    }

    @Cached(expire = 7)
    public String differently() {
      return "";
    }

    @Override
    public String toString() {
      return "";
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  @Test
  void annotationOnClassAppliesToEachMethodThatCanBeCached() {
    assertThat(checks.declarations(Whole.class).stream().map(CacheDeclaration::name))
        .containsExactlyInAnyOrder("Whole.own", "Whole.inherited", "Whole.differently");
    assertThat(checks.problems().all()).isEmpty();
  }

  @Path("/")
  @Cached(expire = 30)
  static class Resource {
    @GET
    public String read() {
      return "";
    }

    @POST
    public String write() {
      return "";
    }

    public String noResourceMethod() {
      return "";
    }
  }

  @Test
  void annotationOnResourceAppliesToSafeMethodsOnly() {
    assertThat(checks.declarations(Resource.class).stream().map(CacheDeclaration::name))
        .containsExactly("Resource.read");
  }

  static class Wrong {
    @Cached(expire = 30)
    public final String last() {
      return "";
    }

    @GET
    @Cached(expire = 30)
    public void suspended(@Suspended AsyncResponse response) {}

    @Cached(
        expire = 30,
        name = "vary",
        vary = {})
    public String one() {
      return "";
    }

    @Cached(expire = 30, name = "vary", staleIfError = 1)
    public String other() {
      return "";
    }
  }

  @Test
  void reportsMistakesThatServersWouldRefuseToo() {
    checks.declarations(Wrong.class);
    assertThat(checks.problems().all())
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains("@Cached on Wrong.last: a private, static or final method"))
        .anySatisfy(problem -> assertThat(problem).contains("with @Suspended return"))
        .anySatisfy(problem -> assertThat(problem).contains("the class has no @Path"))
        .anySatisfy(
            problem ->
                assertThat(problem).contains("cache \"vary\" is declared with other members"));
  }

  static class Puts {
    @Cached(expire = 30, name = "put", jitter = 30)
    public String read(long id) {
      return "";
    }

    @Cached(expire = 30, name = "tagged", tags = "t:{id}")
    public String tagged(long id) {
      return "";
    }

    @CachePut(cache = "put")
    public int otherType(long id) {
      return 1;
    }

    @CachePut(cache = "put")
    public String otherKey(String id) {
      return "";
    }

    @CachePut(cache = "unknown")
    public String unknown(long id) {
      return "";
    }

    @CachePut(cache = "tagged")
    public String withoutTag(long other) {
      return "";
    }

    @CachePut(cache = "put")
    public String right(int id) {
      return "";
    }

    @Cached(expire = 30, condition = CacheCondition.class)
    public String unconditional() {
      return "";
    }

    @Cached(expire = 30, condition = NoBean.class)
    public String conditional() {
      return "";
    }

    static class NoBean implements CacheCondition {}
  }

  @Test
  void findsMistakesOfPutsConditionsAndJitter() {
    checks.declarations(Puts.class);
    PutValidator puts = new PutValidator(checks, type -> false);
    assertThat(puts.declarations(Puts.class)).hasSize(4);
    String put = "@CachePut on Puts.";
    assertThat(checks.problems().all())
        .containsExactlyInAnyOrder(
            "@Cached on Puts.read: jitter = 30 is out of range (expected 0 to less than expire)",
            "@Cached on Puts.conditional: NoBean is not a CDI bean; give it a scope",
            put
                + "otherType: int is returned, but the values of cache \"put\" are"
                + " java.lang.String",
            put
                + "otherKey: the arguments [String] are not the key of cache \"put\"; mark those"
                + " that are with @CacheKey, or name a key provider",
            put + "unknown: 0 methods of beans declare cache \"unknown\" (expected one)",
            put + "withoutTag: tag \"t:{id}\" names {id}, which no parameter is called");
  }

  @ApplicationScoped
  static class Ahead {
    @Cached(expire = 30, refreshAhead = 29)
    public String right(long id) {
      return "";
    }

    @Cached(expire = 30, jitter = 10, refreshAhead = 20)
    public String tooLong(long id) {
      return "";
    }
  }

  static class AheadOfOneRequest {
    @Cached(expire = 30, refreshAhead = 5)
    public String wrong() {
      return "";
    }
  }

  @Path("/")
  @ApplicationScoped
  static class AheadResource {
    @GET
    @Cached(expire = 30, refreshAhead = 5)
    public Named right(@QueryParam("x") String x) {
      return new Named(x);
    }

    @GET
    @Path("response")
    @Cached(expire = 30, refreshAhead = 5)
    public Response response() {
      return Response.noContent().build();
    }

    @GET
    @Path("user")
    @Cached(expire = 30, refreshAhead = 5, audience = Audience.PRINCIPAL)
    public Named user() {
      return new Named("");
    }

    @GET
    @Path("vary")
    @Cached(expire = 30, refreshAhead = 5, vary = "X-Tenant")
    public Named vary() {
      return new Named("");
    }

    @GET
    @Path("uri")
    @Cached(expire = 30, refreshAhead = 5)
    @CacheKey
    public Named uri(@Context UriInfo uri) {
      return new Named("");
    }

    @GET
    @Path("marked")
    @Cached(expire = 30, refreshAhead = 5)
    public Named marked(@QueryParam("x") @CacheKey String x, @QueryParam("y") String y) {
      return new Named("");
    }

    @GET
    @Path("roles")
    @RolesAllowed("admin")
    @Cached(expire = 30, refreshAhead = 5)
    public Named roles() {
      return new Named("");
    }
  }

  @Test
  void findsMethodsThatCannotRunAhead() {
    checks.declarations(Ahead.class);
    checks.declarations(AheadOfOneRequest.class);
    checks.declarations(AheadResource.class);
    assertThat(checks.problems().all().stream().map(it -> it.substring(0, it.indexOf(" (exp"))))
        .containsExactlyInAnyOrder(
            "@Cached on Ahead.tooLong: refreshAhead = 20 is out of range",
            needsRequest("AheadOfOneRequest.wrong"),
            needsRequest("AheadResource.response"),
            needsRequest("AheadResource.user"),
            needsRequest("AheadResource.vary"),
            needsRequest("AheadResource.uri"),
            needsRequest("AheadResource.marked"),
            needsRequest("AheadResource.roles"));
  }

  private static String needsRequest(String method) {
    return "@Cached on " + method + ": refreshAhead needs a method that can run without a request";
  }

  record Named(String name) {}

  static class Results {
    @Cached(expire = 30, name = "right", tags = "n:{id}:{result.name}")
    public Named right(long id) {
      return new Named("");
    }

    @Cached(expire = 30, tags = "n:{result.other}")
    public Named wrong() {
      return new Named("");
    }

    @CachePut(cache = "right")
    public Named put(long id) {
      return new Named("");
    }

    @CacheEvict(tags = "n:{result.name}")
    public Named evict() {
      return new Named("");
    }
  }

  @Test
  void findsMistakesOfTagsOfTheResult() {
    checks.declarations(Results.class);
    assertThat(new PutValidator(checks, type -> false).declarations(Results.class)).hasSize(1);
    new EvictionValidator(checks, type -> false).check(Results.class);
    assertThat(checks.problems().all())
        .containsExactly(
            "@Cached on Results.wrong: tag \"n:{result.other}\": "
                + Named.class.getName()
                + " has no property \"other\"",
            "@CacheEvict on Results.evict: tag \"n:{result.name}\" takes a value from the result,"
                + " which only @Cached can");
  }

  @Path("/")
  static class Edges {
    @GET
    @Path("user")
    @Cached(expire = 30, edge = true, audience = Audience.PRINCIPAL)
    public String user() {
      return "";
    }

    @GET
    @Path("body")
    @Cached(expire = 30, edge = true)
    public String body(String body) {
      return "";
    }

    @GET
    @Path("limited")
    @RateLimited("1/minute")
    @Cached(expire = 30, edge = true)
    public String limited() {
      return "";
    }

    @GET
    @Path("roles")
    @RolesAllowed("admin")
    @Cached(expire = 30, edge = true)
    public String roles() {
      return "";
    }

    @Cached(expire = 30, edge = true)
    public String value() {
      return "";
    }

    @GET
    @Path("right")
    @Cached(expire = 30, edge = true, audience = Audience.EVERYONE)
    public String right(@QueryParam("q") String q) {
      return "";
    }
  }

  @Test
  void findsMistakesOfEdges() {
    checks.declarations(Edges.class);
    String key =
        "edge needs a key that follows from the request's path, query and header fields, and access"
            + " that only filters check";
    assertThat(checks.problems().all())
        .containsExactlyInAnyOrder(
            "@Cached on Edges.user: edge knows no users (expected audience ANONYMOUS or EVERYONE)",
            "@Cached on Edges.body: " + key,
            "@Cached on Edges.limited: edge would serve hits beside @RateLimited; use one of them",
            "@Cached on Edges.roles: " + key,
            "@Cached on Edges.value: edge is for resource methods only");
  }

  @Path("/")
  static class Varying {
    @GET
    @Cached(
        expire = 30,
        name = "varying",
        vary = {"X-A", "x-b"})
    public String one() {
      return "";
    }

    @GET
    @Cached(
        expire = 30,
        name = "varying",
        vary = {"X-B", "X-A", "x-a"})
    public String other() {
      return "";
    }
  }

  @Test
  void acceptsFieldsOfVaryInAnyOrder() {
    assertThat(checks.declarations(Varying.class)).hasSize(2);
    assertThat(checks.problems().all()).isEmpty();
  }

  static class Overloads {
    @Cached(expire = 30)
    public String read() {
      return "";
    }

    @Cached(expire = 30)
    public String read(long id, byte[] bytes) {
      return "";
    }

    @Cached(expire = 30, name = "own")
    public String read(String name) {
      return "";
    }

    @Cached(expire = 30)
    public String other() {
      return "";
    }
  }

  /** Has the simple name of another class. */
  static class Elsewhere {
    static class Overloads {
      @Cached(expire = 31)
      public String other() {
        return "";
      }
    }
  }

  @Test
  void namesCachesUniquelyAcrossOverloadsAndClasses() {
    CacheValidator two =
        new CacheValidator(
            settings(Map.of()),
            type -> false,
            List.of(Overloads.class, Elsewhere.Overloads.class),
            new Locators());
    String prefix = CacheValidatorTest.class.getName();
    assertThat(two.declarations(Overloads.class).stream().map(CacheDeclaration::name))
        .containsExactlyInAnyOrder(
            prefix + "$Overloads.read",
            prefix + "$Overloads.read-long-byte$",
            "own",
            prefix + "$Overloads.other");
    assertThat(two.declarations(Elsewhere.Overloads.class).stream().map(CacheDeclaration::name))
        .containsExactly(prefix + "$Elsewhere$Overloads.other");
    assertThat(two.problems().all()).isEmpty();
  }

  @Test
  void settingsOverrideByNameAndByClassAndMethod() {
    CacheSettings settings =
        settings(
            Map.of(
                "sluice.caches.varying.expire",
                "7",
                "sluice.caches.Whole.own.stale-while-revalidate",
                "9"));
    CacheValidator overridden = validator(settings);
    assertThat(overridden.declarations(Varying.class))
        .allSatisfy(each -> assertThat(each.terms().expire()).hasSeconds(7));
    List<CacheDeclaration> whole = overridden.declarations(Whole.class);
    assertThat(whole.stream().filter(each -> each.name().equals("Whole.own")))
        .allSatisfy(each -> assertThat(each.terms().staleWhileRevalidate()).hasSeconds(9));
  }
}
