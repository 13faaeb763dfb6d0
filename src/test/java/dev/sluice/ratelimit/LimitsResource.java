package dev.sluice.ratelimit;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** A resource with a method for each way to declare a limit. */
@Path("/limits")
@RequestScoped
@RateLimited("2/minute")
public class LimitsResource {

  @Inject private RateLimiter limiter;
  @Resource private ManagedExecutorService executor;

  @GET
  @Path("by-class/{id}")
  public String byClass(@PathParam("id") String id) {
    return id;
  }

  @GET
  @Path("by-class-too")
  public String byClassToo() {
    return "ok";
  }

  @GET
  @Path("failing")
  public String failing() {
    throw new NotFoundException();
  }

  @GET
  @Path("untrusted")
  public String untrusted() {
    return "ok";
  }

  @GET
  @Path("exempt")
  @RateLimitExempt
  public String exempt() {
    return "ok";
  }

  @GET
  @Path("two")
  @RateLimited("100/hour; 2/minute")
  public String two() {
    return "ok";
  }

  @GET
  @Path("shared-a")
  @RateLimited(value = "2/minute", policy = "shared")
  public String sharedA() {
    return "ok";
  }

  @GET
  @Path("shared-b")
  @RateLimited(policy = "shared")
  public String sharedB() {
    return "ok";
  }

  @GET
  @Path("header")
  @RateLimited(value = "2/minute", by = "header:X-Api-Key")
  public String header() {
    return "ok";
  }

  @GET
  @Path("principal")
  @RateLimited(value = "2/minute", by = "principal")
  public String principal() {
    return "ok";
  }

  @GET
  @Path("cost")
  @RateLimited(value = "10/minute", cost = 4)
  public String cost() {
    return "ok";
  }

  @GET
  @Path("ruled")
  @RateLimited(value = "2/minute", rule = LimitsRule.class)
  public String ruled() {
    return "ok";
  }

  @GET
  @Path("shadow")
  @RateLimited(value = "1/minute", policy = "shadow")
  public String shadow() {
    return "ok";
  }

  @GET
  @Path("message")
  @RateLimited(value = "1/minute", policy = "message")
  public String message() {
    return "ok";
  }

  @GET
  @Path("local")
  @RateLimited(value = "5/minute", onOutage = OutagePolicy.LOCAL)
  public String local() {
    return "ok";
  }

  @GET
  @Path("open")
  @RateLimited(value = "5/minute", onOutage = OutagePolicy.FAIL_OPEN)
  public String open() {
    return "ok";
  }

  @GET
  @Path("closed")
  @RateLimited(value = "5/minute", onOutage = OutagePolicy.FAIL_CLOSED)
  public String closed() {
    return "ok";
  }

  @GET
  @Path("password")
  @RateLimited("2/minute")
  public String password() {
    return "never reached";
  }

  @GET
  @Path("login")
  @RateLimited(value = "3/minute", chargeWhen = ChargeWhen.FAILED)
  public Response login(@QueryParam("status") int status) {
    return Response.status(status).entity("done").build();
  }

  @GET
  @Path("rendered")
  @RateLimited(value = "1/minute", policy = "rendered")
  public String rendered() {
    return "ok";
  }

  @GET
  @Path("plan")
  @RateLimited(value = "2/minute", policy = "plan", by = "header:X-Api-Key")
  public String plan() {
    return "ok";
  }

  @GET
  @Path("forward")
  @RateLimited("100/minute")
  public void forward(@Context HttpServletRequest request, @Context HttpServletResponse response)
      throws ServletException, IOException {
    request.getRequestDispatcher("/limits/forwarded").forward(request, response);
  }

  @GET
  @Path("forwarded")
  @RateLimited("2/minute")
  public String forwarded() {
    return "ok";
  }

  @Path("sub")
  public Object sub() {
    return new Sub();
  }

  /** Not a bean: known only to the method above. */
  public static class Sub {
    @GET
    @RateLimited("2/minute")
    public String read() {
      return "ok";
    }
  }

  @POST
  @Path("ask")
  @RateLimitExempt
  public String ask(@QueryParam("policy") String policy, @QueryParam("client") String client)
      throws InterruptedException, ExecutionException {
    return executor
        .submit(
            () ->
                limiter.decide(policy, Client.parse(client), 1).getClass().getSimpleName()
                    + " "
                    + limiter.peek(policy, Client.parse(client)).windows().get(0).remaining())
        .get();
  }

  @POST
  @Path("setting")
  @RateLimitExempt
  public void setting(@QueryParam("name") String name, @QueryParam("value") String value) {
    LimitsConfigSource.VALUES.put(name, value);
  }

  @GET
  @Path("blocking")
  @RateLimited(value = "1/second", policy = "blocking", block = "30 minutes")
  public String blocking() {
    return "ok";
  }

  @POST
  @Path("reset")
  @RateLimitExempt
  public void reset(@QueryParam("policy") String policy, @QueryParam("client") String client) {
    limiter.reset(policy, Client.parse(client));
  }

  @GET
  @Path("statistics")
  @RateLimitExempt
  public String statistics(@QueryParam("policy") String policy) {
    return limiter.statistics(policy).toString();
  }

  @GET
  @Path("events")
  @RateLimitExempt
  public String events(@QueryParam("policy") String policy) {
    return DecisionObserver.of(policy).toString();
  }
}
