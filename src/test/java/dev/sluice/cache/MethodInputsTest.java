package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.TestSettings;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.MatrixParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Configuration;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which inputs of a cached method are found, wherever REST or CDI injects them. */
class MethodInputsTest {

  private static List<String> problems(Class<?>... beans) {
    Locators locators = new Locators();
    List.of(beans).forEach(locators::add);
    CacheValidator checks =
        new CacheValidator(
            new CacheSettings(TestSettings.of(Map.of())), type -> false, List.of(beans), locators);
    List.of(beans).forEach(checks::declarations);
    checks.checkLocators();
    return checks.problems().all();
  }

  private static MethodInputs inputs(Class<?> bean) {
    return new MethodInputs(bean, method(bean, "read"));
  }

  private static java.lang.reflect.Method method(Class<?> bean, String name) {
    return CacheValidator.methods(bean)
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> names(MethodInputs inputs) {
    return inputs.key().stream().map(MethodInput::name).toList();
  }

  static class ParentOfFields {
    @QueryParam("inherited")
    private String inherited;
  }

  @Path("/")
  static class Fields extends ParentOfFields {
    @QueryParam("query")
    private String query;

    @HeaderParam("X-Header")
    private String header;

    @CookieParam("cookie")
    private String cookie;

    @MatrixParam("matrix")
    private String matrix;

    @DefaultValue("1")
    @QueryParam("page")
    private int page;

    private String other;

    @GET
    @Cached(expire = 30)
    public String read(@PathParam("id") long id, String unbound) {
      return other;
    }
  }

  @Test
  void findsParametersAndBoundFieldsOfAllSuperclasses() {
    MethodInputs inputs = inputs(Fields.class);
    assertThat(names(inputs))
        .containsExactly(
            "id", "unbound", "query", "X-Header", "cookie", "matrix", "page", "inherited");
    assertThat(inputs.headerFields()).containsExactly("X-Header", "Cookie");
    assertThat(problems(Fields.class)).isEmpty();
  }

  static class ParentOfSetters {
    @QueryParam("inherited")
    public void setInherited(String value) {}
  }

  static class NestedBean {
    @QueryParam("nested")
    public void setNested(String value) {}

    NestedBean(@HeaderParam("X-Constructor") String value) {}
  }

  static class Bean extends ParentOfSetters {
    @QueryParam("field")
    private String field;

    @BeanParam private NestedBean nested;

    @BeanParam
    public void setOther(OtherBean bean) {}
  }

  static class OtherBean {
    @QueryParam("unreadable")
    private String field;
  }

  @Path("/")
  static class Setters extends ParentOfSetters {
    Setters(@QueryParam("constructor") String value) {}

    @CookieParam("cookie")
    public void setCookie(String value) {}

    @GET
    @Cached(expire = 30)
    public String read(@BeanParam Bean bean) {
      return "";
    }
  }

  @Test
  void findsSettersAndConstructorsOfResourcesAndOfBeansInsideBeans() {
    assertThat(names(inputs(Setters.class)))
        .containsExactlyInAnyOrder(
            "field",
            "nested",
            "X-Constructor",
            "unreadable",
            "inherited",
            "inherited",
            "cookie",
            "constructor");
    assertThat(problems(Setters.class)).isEmpty();
  }

  /** A value that no key can hold, made of a string. */
  static final class Money {
    static Money valueOf(String text) {
      return new Money();
    }
  }

  @Path("/")
  static class Converted {
    @GET
    @Cached(expire = 30)
    public String read(@QueryParam("price") Money price, @PathParam("x") List<Money> list) {
      return "";
    }
  }

  @Test
  void takesTheRequestsOwnTextOfAConvertedValue() {
    assertThat(inputs(Converted.class).key()).allMatch(MethodInput::isOfRequest);
    assertThat(problems(Converted.class)).isEmpty();
  }

  record Parameters(@QueryParam("a") String a, @QueryParam("b") int b) {}

  @Path("/")
  static class WithRecord {
    @GET
    @Cached(expire = 30)
    public String read(@BeanParam Parameters bean) {
      return "";
    }
  }

  @Test
  void readsARecordOfParametersByItsFields() {
    assertThat(names(inputs(WithRecord.class))).containsExactly("a", "b");
    assertThat(inputs(WithRecord.class).key()).noneMatch(MethodInput::isOfRequest);
  }

  abstract static class Readable {
    @GET
    @Cached(expire = 30)
    public String read(@QueryParam("x") String x) {
      return "";
    }
  }

  @Path("/")
  static class ContextField extends Readable {
    @Context private UriInfo object;
  }

  @Path("/")
  static class ContextSetter extends Readable {
    @Context
    public void setHeaders(HttpHeaders object) {}
  }

  @Path("/")
  static class ContextConstructor extends Readable {
    ContextConstructor(@Context Request object) {}
  }

  @Path("/")
  static class InjectedField extends Readable {
    @Inject private HttpServletRequest object;
  }

  @Path("/")
  static class InjectedInstance extends Readable {
    @Inject private Instance<HttpSession> object;
  }

  @Path("/")
  static class InjectedProvider extends Readable {
    @Inject private Provider<Principal> object;
  }

  @Path("/")
  static class InitializerMethod extends Readable {
    @Inject
    void init(String other, SecurityContext object) {}
  }

  @Path("/")
  static class InjectedConstructor extends Readable {
    @Inject
    InjectedConstructor(jakarta.security.enterprise.SecurityContext object) {}
  }

  static class ContextParent extends Readable {
    @Context private UriInfo object;
  }

  @Path("/")
  static class InSuperclass extends ContextParent {}

  static class BeanWithContext {
    @Context private UriInfo object;
  }

  @Path("/")
  static class InBeanOfParameters extends Readable {
    @BeanParam private BeanWithContext bean;
  }

  @Path("/")
  static class ContextParameter {
    @GET
    @Cached(expire = 30)
    public String read(@Context HttpServletRequest object) {
      return "";
    }
  }

  /** Not a resource: its values depend on the request all the same. */
  static class OtherBeansMethod {
    @Inject private HttpServletRequest object;

    @Cached(expire = 30)
    public String read() {
      return "";
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        ContextField.class,
        ContextSetter.class,
        ContextConstructor.class,
        ContextParameter.class,
        InjectedField.class,
        InjectedInstance.class,
        InjectedProvider.class,
        InitializerMethod.class,
        InjectedConstructor.class,
        InSuperclass.class,
        InBeanOfParameters.class,
        OtherBeansMethod.class
      })
  void stopsTheDeploymentForARequestObjectWhereverItIsInjected(Class<?> bean) {
    assertThat(problems(bean))
        .singleElement()
        .asString()
        .contains("@Cached on", "is not in the key; mark what makes the key with @CacheKey");
  }

  @Path("/")
  static class Explicit {
    @Context private UriInfo uri;

    @QueryParam("field")
    @CacheKey
    private String field;

    @GET
    @Cached(expire = 30)
    public String read(@CacheKey @QueryParam("a") String a, @QueryParam("b") String b) {
      return "";
    }

    @GET
    @Path("complete")
    @Cached(expire = 30)
    @CacheKey
    public String complete(@Context HttpHeaders headers) {
      return "";
    }
  }

  @Test
  void leavesRequestObjectsOutOfAnExplicitKey() {
    assertThat(names(inputs(Explicit.class))).containsExactly("a", "field");
    assertThat(problems(Explicit.class)).isEmpty();
  }

  @Path("/")
  static class Caller {
    @Context private SecurityContext security;
    @Inject private Principal principal;
    @Context private Configuration configuration;
    @Context private ServletContext servlets;

    @GET
    @Cached(expire = 30, audience = Audience.PRINCIPAL)
    public String read(@Context SecurityContext parameter) {
      return "";
    }
  }

  @Test
  void takesTheCallerForPartOfTheKeyWhereEachUserHasAnEntry() {
    assertThat(problems(Caller.class)).isEmpty();
  }

  @Path("/")
  static class Form {
    @FormParam("a")
    public void setA(String value) {}

    @GET
    @Cached(expire = 30)
    public String read() {
      return "";
    }
  }

  static class Recursive {
    @BeanParam private Recursive self;
  }

  @Path("/")
  static class OfRecursive {
    @GET
    @Cached(expire = 30)
    public String read(@BeanParam Recursive bean) {
      return "";
    }
  }

  @Test
  void stopsTheDeploymentForInputsThatNoKeyCanHold() {
    assertThat(problems(Form.class))
        .singleElement()
        .asString()
        .contains("@FormParam \"a\" cannot be part of a key");
    assertThat(problems(OfRecursive.class))
        .singleElement()
        .asString()
        .contains("@BeanParam Recursive contains itself");
  }

  static class Located {
    @GET
    @Cached(expire = 30)
    public String read(@QueryParam("own") String own) {
      return "";
    }
  }

  static class Between {
    @Path("{last}")
    public Located located(@PathParam("last") String last) {
      return new Located();
    }
  }

  @Path("/")
  static class Root {
    @QueryParam("field")
    private String field;

    @Path("{first}")
    public Between between(@PathParam("first") String first, @HeaderParam("X-H") String header) {
      return new Between();
    }
  }

  @Test
  void countsWhatLocatorsGetAmongASubResourcesInputs() {
    Locators locators = new Locators();
    locators.add(Root.class);
    locators.add(Between.class);
    MethodInputs inputs = new MethodInputs(Located.class, method(Located.class, "read"), locators);
    assertThat(names(inputs)).containsExactly("own", "last", "first", "X-H", "field");
    assertThat(inputs.headerFields()).containsExactly("X-H");
  }

  @Test
  void stopsTheDeploymentForASubResourceWithoutALocatorOrThatIsNoBean() {
    assertThat(problems(Located.class))
        .singleElement()
        .asString()
        .contains("no bean with a locator for it was found");
    assertThat(problems(Root.class, Between.class, Located.class))
        .singleElement()
        .asString()
        .contains("Located: the class is not a CDI bean; give it a scope, and let Between.located");
  }

  record Node(String name, Node parent) {}

  record Pair<A, B>(A first, List<B> second) {}

  static class Records {
    @Cached(expire = 30)
    public String recursive(Node node) {
      return "";
    }

    @Cached(expire = 30)
    public String generic(Pair<String, Integer> pair, List<Node>[] array) {
      return "";
    }

    @Cached(expire = 30)
    public String wrong(Pair<String, Object> pair) {
      return "";
    }
  }

  @Test
  void holdsRecursiveAndGenericRecords() {
    assertThat(problems(Records.class))
        .singleElement()
        .asString()
        .contains("@Cached on Records.wrong: a key cannot hold");
  }

  interface Crud<K, V> {
    @GET
    @Path("{id}")
    V read(@PathParam("id") K id);
  }

  @Path("/")
  static class OfInterface implements Crud<Long, String> {
    @Override
    @Cached(expire = 30)
    public String read(Long id) {
      return "";
    }
  }

  abstract static class Base<K, V> {
    public V load(K id) {
      throw new UnsupportedOperationException();
    }
  }

  @Cached(expire = 30)
  static class OfBase extends Base<Long, List<String>> {}

  @Test
  void resolvesTheTypeVariablesOfGenericSupertypes() {
    assertThat(problems(OfInterface.class, OfBase.class)).isEmpty();
    assertThat(inputs(OfInterface.class).keyTypes()).containsExactly(Long.class);
    MethodInputs inputs = new MethodInputs(OfBase.class, method(OfBase.class, "load"));
    assertThat(inputs.keyTypes()).containsExactly(Long.class);
  }
}
