package dev.sluice.cache;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Cached methods whose responses other caches got wrong. */
@Path("/catalog/faults")
@RequestScoped
@Produces("text/plain")
public class FaultResource {

  private static final AtomicInteger CALLS = new AtomicInteger();

  private static volatile CountDownLatch backend = new CountDownLatch(0);

  /** An entity with a writer of its own. */
  public record Download(String text) {}

  /** An entity whose first encoding ends with an error. */
  public record Fragile(String text, AtomicBoolean written) {}

  /** A sub-resource that its locator makes itself. */
  @RequestScoped
  public static class Section {
    @GET
    @Produces("text/plain")
    @Cached(expire = 30)
    public String read() {
      return call();
    }
  }

  /** A resource whose calls are counted, before the cache's interceptor. */
  @Path("/catalog/called")
  @RequestScoped
  public static class Called {

    @GET
    @Path("{id}")
    @Produces("text/plain")
    @FaultProviders.Counted
    @Cached(expire = 30)
    public String read(@PathParam("id") long id, @QueryParam("q") String q) {
      return q + " " + call();
    }
  }

  /**
   * A resource of which there is one instance, and whose methods need nothing of a request. From
   * its second call on, a key waits for the backend.
   */
  @Path("/catalog/refreshed")
  @ApplicationScoped
  @Produces("application/json")
  public static class Refreshed {

    private static final Map<String, Integer> CALLS_BY_KEY = new ConcurrentHashMap<>();

    @GET
    @Path("stale/{id}")
    @Cached(expire = 1, staleWhileRevalidate = 60)
    public CatalogResource.Item stale(@PathParam("id") String id) throws InterruptedException {
      return next(id);
    }

    @GET
    @Path("ahead/{id}")
    @Cached(expire = 30, refreshAhead = 29, tags = "refreshed:{result.id}")
    public CompletionStage<CatalogResource.Item> ahead(@PathParam("id") String id)
        throws InterruptedException {
      return CompletableFuture.completedFuture(next(id));
    }

    private static CatalogResource.Item next(String id) throws InterruptedException {
      int call = CALLS_BY_KEY.merge(id, 1, Integer::sum);
      if (call > 1 && !backend.await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the test has not started the backend");
      }
      if (call > 1 && id.equals("gone")) {
        throw new NotFoundException();
      }
      return new CatalogResource.Item(id, call);
    }

    @GET
    @Path("calls/{id}")
    @Produces("text/plain")
    public int calls(@PathParam("id") String id) {
      return CALLS_BY_KEY.getOrDefault(id, 0);
    }
  }

  /** How often that resource was called so far, cached or not. */
  @GET
  @Path("called")
  public int called() {
    return FaultProviders.CountingInterceptor.CALLS.get();
  }

  /** A response that is served before the application's filters. */
  @GET
  @Path("edge/{id}")
  @Cached(expire = 30, edge = true, tags = "edge:{id}", vary = "X-Tenant")
  public String edge(@PathParam("id") String id, @QueryParam("q") String q) {
    return call();
  }

  @DELETE
  @Path("edge/{id}")
  @CacheEvict(tags = "edge:{id}")
  public void evictEdge(@PathParam("id") String id) {}

  @Path("section")
  public Section section() {
    return new Section();
  }

  /** Keeps methods waiting that call the backend. */
  @PUT
  @Path("backend")
  public void stopBackend() {
    backend = new CountDownLatch(1);
  }

  @DELETE
  @Path("backend")
  public void startBackend() {
    backend.countDown();
  }

  /** Lets methods that fail wait for so many callers. */
  @PUT
  @Path("herd")
  public void expectHerd(@QueryParam("callers") int callers) {
    FaultProviders.HostFilter.expected = new CountDownLatch(callers);
  }

  /** Fails when the expected callers have come, or as many as the server has threads for. */
  @GET
  @Path("herd/{how}")
  @Cached(expire = 30)
  public Response unavailable(@PathParam("how") String how) throws InterruptedException {
    String call = call();
    FaultProviders.HostFilter.expected.await(2, TimeUnit.SECONDS);
    Thread.sleep(300); // nothing tells when they have got from the filter to where they wait
    Response.ResponseBuilder response = Response.status(503).entity(call);
    return switch (how) {
      case "returned" -> response.build();
      case "thrown" -> throw new ServiceUnavailableException(response.build());
      case "cookie" -> response.header("Set-Cookie", "a=" + call.replace(' ', '-')).build();
      default -> throw new IllegalStateException(call);
    };
  }

  @GET
  @Path("stage")
  @Produces("text/csv")
  @Cached(expire = 30, name = "fragile-stage")
  public CompletionStage<Fragile> fragile() {
    return CompletableFuture.completedFuture(new Fragile(call(), new AtomicBoolean()));
  }

  @Inject private CatalogBean bean;

  @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
  private TransactionSynchronizationRegistry transactions;

  private static String call() {
    return "call " + CALLS.incrementAndGet();
  }

  @GET
  @Path("vary/{field}")
  @Cached(expire = 30)
  public Response vary(@PathParam("field") String field) {
    return Response.ok(call()).header("Vary", field).build();
  }

  @GET
  @Path("uri/{name}")
  @Cached(expire = 30)
  public Response uri(@PathParam("name") @CacheKey String name, @Context UriInfo uri) {
    return Response.ok(call()).header(name, "<" + uri.getBaseUri() + "next>; rel=\"next\"").build();
  }

  @GET
  @Path("host")
  @Cached(expire = 30, vary = "Host")
  public Response host(@QueryParam("x") @CacheKey String x, @Context UriInfo uri) {
    return Response.ok(call()).header("X-Self", uri.getBaseUri().toString()).build();
  }

  @GET
  @Path("download")
  @Produces("text/csv")
  @Cached(expire = 30)
  public Download download(@QueryParam("x") String x) {
    return new Download(call());
  }

  @GET
  @Path("servlet/{how}")
  @Cached(expire = 30)
  public String servlet(
      @PathParam("how") @CacheKey String how,
      @Context HttpServletRequest request,
      @Context HttpServletResponse response) {
    if (how.equals("cookie")) {
      response.addCookie(new Cookie("a", "b"));
    } else if (how.equals("header")) {
      response.addHeader("Set-Cookie", "a=b");
    } else {
      request.getSession();
    }
    return call();
  }

  @GET
  @Path("fails")
  @Cached(expire = 1, staleIfError = 60, name = "fails")
  public String fails(@QueryParam("x") @CacheKey String x, @QueryParam("fail") boolean fail) {
    String call = call();
    if (fail) {
      throw new IllegalStateException(call);
    }
    return call;
  }

  @GET
  @Path("gone")
  @Cached(expire = 1, staleIfError = 60)
  public String gone(@QueryParam("x") @CacheKey String x, @QueryParam("gone") boolean gone) {
    if (gone) {
      throw new NotFoundException();
    }
    return call();
  }

  @GET
  @Path("calls")
  public int calls() {
    return CALLS.get();
  }

  @GET
  @Path("user")
  @Cached(expire = 30, audience = Audience.PRINCIPAL, name = "user")
  public String user(@QueryParam("x") @CacheKey String x, @Context SecurityContext security) {
    return security.getUserPrincipal() + " " + call();
  }

  @DELETE
  @Path("user")
  @CacheEvict(cache = "user")
  public void evictUser(@QueryParam("x") String x) {}

  @GET
  @Path("lifetime")
  @Cached(expire = 30, maxAge = 5, tags = "lifetime")
  public String lifetime() {
    return call();
  }

  @PUT
  @Path("lifetime")
  @CacheEvict(tags = "lifetime")
  public void changed() {}

  /** Returns as if all was well, from a transaction that is rolled back. */
  @GET
  @Path("transaction/{end}")
  @Cached(expire = 30)
  @Transactional
  public String transaction(@PathParam("end") String end) {
    if (end.equals("rollback")) {
      transactions.setRollbackOnly();
    }
    return call();
  }

  /** Whether a value read in a transaction is cached, within it and after it. */
  @GET
  @Path("value/{end}")
  public String value(@PathParam("end") String end) {
    return bean.readIn(end);
  }
}
