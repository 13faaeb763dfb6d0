package dev.sluice.cache;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.Variant;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** Cached methods of every kind; each response contains the number of the call that made it. */
@Path("/catalog")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class CatalogResource {

  private static final AtomicInteger CALLS = new AtomicInteger();

  /** The body of a response. */
  public record Item(String id, int call) {}

  @Inject private CatalogBean bean;
  @Inject private Caches caches;

  private static int call() {
    return CALLS.incrementAndGet();
  }

  @GET
  @Path("items/{id}")
  @Cached(
      expire = 30,
      name = "items",
      tags = {"item:{id}", "items"})
  public Item item(@PathParam("id") String id, @QueryParam("page") Integer page) {
    return new Item(id, call());
  }

  /** A value that counts how often it is encoded. */
  public static class Counted {

    static final AtomicInteger ENCODINGS = new AtomicInteger();
    private final int call;

    Counted(int call) {
      this.call = call;
    }

    public int getCall() {
      ENCODINGS.incrementAndGet();
      return call;
    }
  }

  @GET
  @Path("counted/{id}")
  @Cached(expire = 30, name = "counted")
  public Counted counted(@PathParam("id") String id) {
    return new Counted(call());
  }

  @GET
  @Path("encodings")
  @Produces(MediaType.TEXT_PLAIN)
  public int encodings() {
    return Counted.ENCODINGS.get();
  }

  @GET
  @Path("overridden")
  @Cached(expire = 30, staleIfError = 1, negativeExpire = 1, name = "overridden")
  public Response overridden(@QueryParam("status") int status) {
    return Response.status(status).entity(new Item("overridden", call())).build();
  }

  @GET
  @Path("overridden/unnamed")
  @Cached(expire = 30)
  public Item unnamed() {
    return new Item("unnamed", call());
  }

  /** Some servers make the location absolute, with the host name that the client sent. */
  @GET
  @Path("moved")
  @Cached(expire = 30)
  public Response moved() {
    return Response.seeOther(URI.create("catalog/items/1?page=" + call())).build();
  }

  @GET
  @Path("variants")
  @Produces({"application/json", "text/plain"})
  @Cached(expire = 30, vary = "Accept-Language")
  @CacheKey
  public Response variants(@Context Request request) {
    Variant chosen =
        request.selectVariant(
            Variant.mediaTypes(MediaType.APPLICATION_JSON_TYPE, MediaType.TEXT_PLAIN_TYPE)
                .languages(Locale.ENGLISH, Locale.GERMAN)
                .build());
    return Response.ok("\"" + chosen.getLanguageString() + call() + "\"", chosen).build();
  }

  @GET
  @Path("stage/response/{how}")
  @Cached(expire = 30, negativeExpire = 5)
  public CompletionStage<Response> stageOf(@PathParam("how") String how) {
    return CompletableFuture.supplyAsync(
        () -> {
          if (how.equals("fails")) {
            throw new IllegalStateException("call " + call());
          }
          return Response.status(how.equals("gone") ? 410 : 203)
              .entity(new Item(how, call()))
              .header("X-Own", "a")
              .build();
        });
  }

  @GET
  @Path("everyone")
  @Cached(expire = 30, audience = Audience.EVERYONE)
  public Item everyone(@QueryParam("x") String x) {
    return new Item("everyone", call());
  }

  @GET
  @Path("principal")
  @Cached(expire = 30, audience = Audience.PRINCIPAL)
  public Item principal(@QueryParam("x") String x, @Context SecurityContext security) {
    Principal user = security.getUserPrincipal();
    return new Item(user == null ? "nobody" : user.getName(), call());
  }

  @GET
  @Path("response")
  @Cached(expire = 30)
  public Response response() {
    return Response.status(203)
        .entity("call " + call())
        .type("text/plain;charset=UTF-8")
        .language(Locale.GERMAN)
        .header("X-Own", "a")
        .header("X-Own", "b")
        .build();
  }

  @GET
  @Path("tagged")
  @Cached(expire = 30)
  public Response tagged() {
    return Response.ok(new Item("tagged", call())).tag("own").build();
  }

  @GET
  @Path("text")
  @Produces(MediaType.TEXT_PLAIN)
  @Cached(expire = 30)
  public String text() {
    return "grüße " + call();
  }

  @GET
  @Path("bytes")
  @Produces(MediaType.APPLICATION_OCTET_STREAM)
  @Cached(expire = 30)
  public byte[] bytes() {
    return new byte[] {0, (byte) 255, (byte) call()};
  }

  @GET
  @Path("list")
  @Cached(expire = 30)
  public List<Item> list() {
    return List.of(new Item("a", call()), new Item("b", call()));
  }

  @GET
  @Path("number")
  @Produces(MediaType.TEXT_PLAIN)
  @Cached(expire = 30)
  public int number() {
    return call();
  }

  @GET
  @Path("stage/{id}")
  @Cached(expire = 30)
  public CompletionStage<Item> stage(@PathParam("id") String id) {
    return CompletableFuture.supplyAsync(() -> new Item(id, call()));
  }

  @GET
  @Path("negotiated")
  @Produces({"application/json", "text/plain"})
  @Cached(expire = 30)
  public Response negotiated() {
    return Response.ok("\"call " + call() + "\"").build();
  }

  @GET
  @Path("tenant")
  @Cached(expire = 30, vary = "X-Tenant")
  public Item tenant() {
    return new Item("tenant", call());
  }

  @GET
  @Path("missing")
  @Cached(expire = 30, negativeExpire = 5)
  public Response missing() {
    return Response.status(404).entity(new Item("missing", call())).build();
  }

  /** None of these is stored. */
  @GET
  @Path("never/{why}")
  @Cached(expire = 30)
  public Response never(@PathParam("why") String why) {
    Response.ResponseBuilder ok = Response.ok(new Item(why, call()));
    return switch (why) {
      case "cookie" -> ok.cookie(new NewCookie.Builder("a").value("b").build()).build();
      case "no-store" -> ok.header("Cache-Control", "no-store").build();
      case "private" -> ok.header("Cache-Control", "max-age=5, private").build();
      case "vary" -> ok.header("Vary", "X-Other").build();
      case "404" -> ok.status(404).build();
      case "503" -> ok.status(503).build();
      case "large" -> ok.entity("x".repeat(2 << 20)).type("text/plain").build();
      case "stream" -> {
        int call = call();
        yield ok.entity((StreamingOutput) out -> out.write(call)).type("text/plain").build();
      }
      case "throws" -> throw new IllegalStateException("call " + call());
      default -> throw new jakarta.ws.rs.NotFoundException();
    };
  }

  @GET
  @Path("fragile")
  @Cached(expire = 1, staleIfError = 60, name = "fragile")
  public Item fragile(@QueryParam("x") @CacheKey String key, @QueryParam("fail") boolean fail) {
    if (fail) {
      throw new IllegalStateException("fails");
    }
    return new Item("fragile", call());
  }

  @PUT
  @Path("items/{id}")
  @CacheEvict(tags = "item:{id}")
  public Response update(@PathParam("id") String id, @QueryParam("status") int status) {
    return Response.status(status).build();
  }

  @DELETE
  @Path("items/{id}")
  @CacheEvict(cache = "items")
  @CacheEvict(cache = "fragile", all = true)
  public void delete(@PathParam("id") String id, @QueryParam("page") Integer page) {}

  /** Is tagged by what it returns; may be evicted while it runs. */
  @GET
  @Path("results/{key}")
  @Cached(
      expire = 30,
      tags = {"results", "result:{result.id}"})
  public Item result(@PathParam("key") String key, @QueryParam("evict") String evict) {
    if (evict != null) {
      caches.evictTag("result:" + evict);
    }
    return new Item("of-" + key, call());
  }

  @PUT
  @Path("results/{id}")
  @CacheEvict(tags = "result:{id}")
  public void change(@PathParam("id") String id) {}

  @DELETE
  @Path("cache/{name}")
  public void clear(@PathParam("name") String name) {
    caches.clear(name);
  }

  @GET
  @Path("statistics/{name}")
  @Produces(MediaType.TEXT_PLAIN)
  public String statistics(@PathParam("name") String name) {
    return caches.statistics(name).toString();
  }

  @GET
  @Path("values/{kind}")
  public Map<String, String> value(@PathParam("kind") String kind) {
    return Map.of("value", bean.describe(kind));
  }

  @GET
  @Path("puts/{how}")
  public Response put(@PathParam("how") String how) {
    return Response.ok(bean.put(how)).build();
  }

  @GET
  @Path("evictions")
  public Response evictByResult() {
    return Response.ok(bean.evictByResult()).build();
  }

  @GET
  @Path("refreshes")
  public Response refresh() throws InterruptedException {
    return Response.ok(bean.refresh()).build();
  }

  @GET
  @Path("refreshes/ahead")
  public Response ahead() {
    return Response.ok(bean.ahead()).build();
  }

  @PUT
  @Path("refreshes")
  public void startBackend() {
    bean.startBackend();
  }

  @GET
  @Path("loads")
  public Response load() throws Exception {
    return Response.ok(bean.load()).build();
  }

  /** The method of RFC 10008. */
  @HttpMethod("QUERY")
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  public @interface QUERY {}

  /** The body of a query. */
  public record Question(String text, List<Integer> numbers) {}

  @QUERY
  @Path("query")
  @Consumes(MediaType.APPLICATION_JSON)
  @Cached(expire = 30)
  public Item query(Question question) {
    return new Item(question.text() + question.numbers(), call());
  }

  /** Caches even numbers only, and stores nothing that says so. */
  @ApplicationScoped
  public static class EvenAndOpen implements CacheCondition {
    @Override
    public boolean applies(Method method, List<?> arguments) {
      return (Integer) arguments.get(0) % 2 == 0;
    }

    @Override
    public boolean stores(Method method, Object result) {
      if (((Item) result).id().equals("100")) {
        throw new IllegalStateException("a condition that fails");
      }
      return !((Item) result).id().equals("42");
    }
  }

  @GET
  @Path("conditional/{number}")
  @Cached(expire = 30, condition = EvenAndOpen.class)
  public Item conditional(@PathParam("number") Integer number) {
    return new Item("" + number, call());
  }

  @GET
  @Path("jitter/{id}")
  @Cached(expire = 1000, jitter = 900)
  public Item jitter(@PathParam("id") String id) {
    return new Item(id, call());
  }

  @PUT
  @Path("values/{how}")
  public Response evictInTransaction(@PathParam("how") String how) {
    return Response.ok(bean.evictIn(how)).build();
  }
}
