package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.KnownKeys.KnownKey;
import dev.sluice.cache.store.EntryKey;
import dev.sluice.testing.TestSettings;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Configuration;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that are known before a method has its arguments. */
class KnownKeysTest {

  /** Methods whose keys follow from the request, and others. */
  @Path("/")
  static class Resource {
    @GET
    @Path("{id}")
    @Cached(expire = 30, tags = "item:{id}")
    public String item(@PathParam("id") long id, @QueryParam("q") @DefaultValue("a") String q) {
      return "";
    }

    @GET
    @Path("types")
    @Cached(expire = 30)
    public String types(
        @QueryParam("a") List<UUID> a, @HeaderParam("b") TimeUnit b, @CookieParam("c") Integer c) {
      return "";
    }

    /** A record with a factory of its own. */
    public record Money(String text) {
      public static Money valueOf(String text) {
        return new Money(text + System.nanoTime());
      }
    }

    @GET
    @Path("money")
    @Cached(expire = 30)
    public String converted(@QueryParam("money") Money money) {
      return "";
    }

    @GET
    @Path("body")
    @Cached(expire = 30)
    public String body(String entity) {
      return "";
    }

    @GET
    @Path("form")
    @Cached(expire = 30)
    public String form(@FormParam("f") String f) {
      return "";
    }

    @GET
    @Path("roles")
    @RolesAllowed("admin")
    @Cached(expire = 30)
    public String roles() {
      return "";
    }

    @GET
    @Path("all")
    @PermitAll
    @Cached(expire = 30)
    public String all() {
      return "";
    }

    @GET
    @Path("provided")
    @Cached(expire = 30, key = Provider.class)
    public String provided() {
      return "";
    }

    @GET
    @Path("conditional")
    @Cached(expire = 30, condition = Condition.class)
    public String conditional() {
      return "";
    }

    interface Provider extends CacheKeyProvider {}

    static class Condition implements CacheCondition {}
  }

  private final KnownKeys known = new KnownKeys();

  private static CacheDeclaration declaration(String method) {
    return new CacheValidator(
            new CacheSettings(TestSettings.of(Map.of())),
            type -> true,
            List.of(Resource.class),
            new Locators())
        .declarations(Resource.class).stream()
            .filter(each -> each.method().getName().equals(method))
            .findFirst()
            .orElseThrow();
  }

  /** A request with this path parameter and query, as a server gives it. */
  private static ContainerRequestContext request(String id, String q) {
    MultivaluedHashMap<String, String> path = new MultivaluedHashMap<>(Map.of("id", id));
    MultivaluedHashMap<String, String> query = new MultivaluedHashMap<>();
    if (!q.isEmpty()) {
      query.add("q", q);
    }
    UriInfo uri =
        stub(UriInfo.class, Map.of("getPathParameters", path, "getQueryParameters", query));
    return stub(ContainerRequestContext.class, Map.of("getUriInfo", uri));
  }

  private static <T> T stub(Class<T> type, Map<String, Object> results) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> results.get(method.getName())));
  }

  private static KnownKey key(String name) {
    return new KnownKey(new EntryKey("cache", name, "v"), List.of("tag"), List.of());
  }

  private static final Selection PLAIN = new Selection("", List.of());

  @Test
  void findsTheKeyOfEqualTextsOnly() {
    CacheDeclaration item = declaration("item");
    known.include(item);
    known.learn(item, PLAIN, request("7", "x"), key("7x"));
    known.learn(item, PLAIN, request("7", ""), key("7"));
    assertThat(known.find(item, PLAIN, request("7", "x"))).contains(key("7x"));
    assertThat(known.find(item, PLAIN, request("7", ""))).contains(key("7"));
    assertThat(known.find(item, PLAIN, request("07", "x"))).isEmpty();
    assertThat(known.find(item, new Selection("text/plain", List.of()), request("7", "x")))
        .isEmpty();
    assertThat(known.find(item, new Selection("", List.of("alice")), request("7", "x"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"item", "types", "all"})
  void knowsKeysThatFollowFromTheRequest(String method) {
    assertThat(declaration(method).bindings()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"converted", "body", "form", "roles", "provided", "conditional"})
  void doesNotKnowKeysThatDependOnMore(String method) {
    CacheDeclaration declaration = declaration(method);
    known.include(declaration);
    known.learn(declaration, PLAIN, request("", ""), key("k"));
    assertThat(known.find(declaration, PLAIN, request("", ""))).isEmpty();
  }

  @Test
  void learnsNothingWhereAnApplicationConvertsParameters() {
    CacheDeclaration item = declaration("item");
    known.include(item);
    known.exclude(item);
    known.include(item);
    known.learn(item, PLAIN, request("7", ""), key("7"));
    assertThat(known.find(item, PLAIN, request("7", ""))).isEmpty();
  }

  /** A converter of an application. */
  static class Converters implements ParamConverterProvider {
    @Override
    public <T> ParamConverter<T> getConverter(Class<T> raw, Type type, Annotation[] annotations) {
      return null;
    }
  }

  @Test
  void noticesConvertersHoweverTheyAreRegistered() {
    assertThat(converts(Set.of(Converters.class), Set.of())).isTrue();
    assertThat(converts(Set.of(), Set.of(new Converters()))).isTrue();
    assertThat(converts(Set.of(String.class), Set.of("x"))).isFalse();
  }

  @Test
  void leavesConvertersOfTheImplementationAside() {
    Object own = ofServer(ParamConverterProvider.class, Map.of("hashCode", 1, "equals", false));
    assertThat(converts(Set.of(own.getClass()), Set.of(own))).isFalse();
    assertThat(converts(Set.of(), Set.of(own, new Converters()))).isTrue();
  }

  private static boolean converts(Set<Class<?>> classes, Set<Object> instances) {
    return Conversions.areOfTheApplication(
        ofServer(Configuration.class, Map.of("getClasses", classes, "getInstances", instances)));
  }

  private static final ClassLoader SERVER =
      new ClassLoader(KnownKeysTest.class.getClassLoader()) {};

  /** An instance of a class of the server. */
  private static <T> T ofServer(Class<T> type, Map<String, ?> results) {
    return type.cast(
        Proxy.newProxyInstance(
            SERVER,
            new Class<?>[] {type},
            (proxy, method, arguments) -> results.get(method.getName())));
  }

  @Test
  void holdsItsBoundAgainstRandomQueries() {
    CacheDeclaration item = declaration("item");
    known.include(item);
    for (int i = 0; i < 50_000; i++) {
      known.learn(item, PLAIN, request("7", "random" + i), key("k" + i));
    }
    assertThat(known.bytes()).isBetween(KnownKeys.MAX_BYTES / 2, KnownKeys.MAX_BYTES);
  }

  @Test
  void keepsNothingOfLongTexts() {
    CacheDeclaration item = declaration("item");
    known.include(item);
    known.learn(item, PLAIN, request("7", "x".repeat(2_001)), key("long"));
    assertThat(known.bytes()).isZero();
  }
}
