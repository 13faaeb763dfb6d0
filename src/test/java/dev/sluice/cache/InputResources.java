package dev.sluice.cache;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Encoded;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.MatrixParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.PathSegment;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Resources that take every kind of input; each response is the input and a call's number. */
public final class InputResources {

  private static final AtomicInteger CALLS = new AtomicInteger();

  private InputResources() {}

  private static String response(Object input) {
    return input + " " + CALLS.incrementAndGet();
  }

  /** A value of which a key can hold nothing but the request's own text. */
  public static final class Money {
    private final String text;

    private Money(String text) {
      this.text = text;
    }

    public static Money valueOf(String text) {
      return new Money(text);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** Inputs of methods. */
  @Path("/inputs/parameter")
  @RequestScoped
  @Produces("text/plain")
  public static class Parameters {

    @GET
    @Path("path/{v}")
    @Cached(expire = 30)
    public String path(@PathParam("v") String v) {
      return response(v);
    }

    @GET
    @Path("query")
    @Cached(expire = 30)
    public String query(@QueryParam("v") String v) {
      return response(v);
    }

    @GET
    @Path("number")
    @Cached(expire = 30)
    public String number(@QueryParam("v") int v) {
      return response(v);
    }

    @GET
    @Path("list")
    @Cached(expire = 30)
    public String list(@QueryParam("v") List<String> v) {
      return response(v.get(0));
    }

    @GET
    @Path("converted")
    @Cached(expire = 30)
    public String converted(@QueryParam("v") Money v) {
      return response(v);
    }

    @GET
    @Path("encoded")
    @Cached(expire = 30)
    public String encoded(@Encoded @QueryParam("v") Money v) {
      return response(v);
    }

    @GET
    @Path("matrix")
    @Cached(expire = 30)
    public String matrix(@MatrixParam("v") String v) {
      return response(v);
    }

    @GET
    @Path("segment/{v}")
    @Cached(expire = 30)
    public String segment(@PathParam("v") PathSegment v) {
      return response(v.getMatrixParameters().getFirst("m"));
    }

    @GET
    @Path("header")
    @Cached(expire = 30)
    public String header(@HeaderParam("X-V") String v) {
      return response(v);
    }

    @GET
    @Path("cookie")
    @Cached(expire = 30)
    public String cookie(@CookieParam("v") String v) {
      return response(v);
    }

    @GET
    @Path("cookie-object")
    @Cached(expire = 30)
    public String cookieObject(@CookieParam("v") Cookie v) {
      return response(v.getValue());
    }

    @GET
    @Path("uri")
    @Cached(expire = 30, name = "uri", key = UriKey.class)
    public String uri(@Context UriInfo uri) {
      return response(uri.getQueryParameters().getFirst("v"));
    }

    @DELETE
    @Path("uri")
    @CacheEvict(cache = "uri", key = UriKey.class)
    public void evictUri(@Context UriInfo uri) {}

    @GET
    @Path("bean-field")
    @Cached(expire = 30)
    public String beanField(@BeanParam Bean bean) {
      return response(bean.field);
    }

    @GET
    @Path("bean-setter")
    @Cached(expire = 30)
    public String beanSetter(@BeanParam Bean bean) {
      return response(bean.set);
    }

    @GET
    @Path("bean-inherited")
    @Cached(expire = 30)
    public String beanInherited(@BeanParam Bean bean) {
      return response(bean.inherited());
    }

    @GET
    @Path("bean-nested")
    @Cached(expire = 30)
    public String beanNested(@BeanParam Bean bean) {
      return response(bean.nested.set);
    }
  }

  /** RESTEasy refuses a bean parameter without a no-arg constructor. */
  @Path("inputs/constructed")
  @RequestScoped
  public static class ConstructedBean {
    @GET
    @Path("bean-constructor")
    @Cached(expire = 30)
    public String read(@BeanParam Constructed bean) {
      return response(bean.value);
    }
  }

  /** Computes the key of a method that reads the request itself. */
  @RequestScoped
  public static class UriKey implements CacheKeyProvider {
    @Override
    public List<?> key(java.lang.reflect.Method method, List<?> arguments) {
      return List.of(String.valueOf(((UriInfo) arguments.get(0)).getRequestUri()));
    }
  }

  /** A superclass of a bean of parameters. */
  public static class Parent {
    private String inherited;

    @QueryParam("inherited")
    public void setInherited(String value) {
      inherited = value;
    }

    String inherited() {
      return inherited;
    }
  }

  /** A bean of parameters. */
  public static class Bean extends Parent {
    @QueryParam("field")
    private String field;

    @BeanParam private Nested nested;
    private String set;

    @HeaderParam("X-V")
    public void setSet(String value) {
      set = value;
    }
  }

  /** A bean of parameters inside another. */
  public static class Nested {
    private String set;

    @QueryParam("nested")
    public void setSet(String value) {
      set = value;
    }
  }

  /** A bean of parameters that gets them by its constructor. */
  public static class Constructed {
    private final String value;

    public Constructed(@QueryParam("v") String value) {
      this.value = value;
    }
  }

  /** The superclass of a resource. */
  public static class ParentResource {
    @QueryParam("inherited")
    private String inherited;

    String inherited() {
      return inherited;
    }
  }

  /** Inputs of fields and setters. */
  @Path("/inputs/resource")
  @RequestScoped
  @Produces("text/plain")
  public static class Fields extends ParentResource {

    @QueryParam("v")
    private String query;

    @CookieParam("v")
    private String cookie;

    @BeanParam private Bean bean;
    private String set;

    @QueryParam("set")
    public void setSet(String value) {
      set = value;
    }

    @GET
    @Path("field")
    @Cached(expire = 30)
    public String field() {
      return response(query);
    }

    @GET
    @Path("field-cookie")
    @Cached(expire = 30)
    public String cookie() {
      return response(cookie);
    }

    @GET
    @Path("field-inherited")
    @Cached(expire = 30)
    public String ofParent() {
      return response(inherited());
    }

    @GET
    @Path("field-bean")
    @Cached(expire = 30)
    public String ofBean() {
      return response(bean.set);
    }

    @GET
    @Path("setter")
    @Cached(expire = 30)
    public String ofSetter() {
      return response(set);
    }
  }

  /** Hands requests on to a sub-resource. */
  @Path("/inputs/located/{first}")
  @RequestScoped
  public static class Root {

    @QueryParam("field")
    private String field;

    @Inject private Located located;

    @Path("{last}")
    public Located located(@PathParam("first") String first, @HeaderParam("X-V") String header) {
      return located.with(first + "," + header + "," + field);
    }
  }

  /** A sub-resource, which depends on what its locator gets. */
  @RequestScoped
  public static class Located {

    private String given;

    public Located with(String value) {
      given = value;
      return this;
    }

    @GET
    @Produces("text/plain")
    @Cached(expire = 30)
    public String read(@PathParam("last") String last) {
      return response(given + "," + last);
    }
  }

  /** The REST annotations of a generic resource. */
  public interface Readable<K> {
    String read(K id);
  }

  /** A resource with a generic interface. */
  @Path("/inputs/generic")
  @RequestScoped
  @Produces("text/plain")
  public static class Generic implements Readable<Long> {

    @Override
    @GET
    @Path("{id}")
    @Cached(expire = 30)
    public String read(@PathParam("id") Long id) {
      return response(id);
    }
  }
}
