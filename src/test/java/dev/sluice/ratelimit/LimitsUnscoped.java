package dev.sluice.ratelimit;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** A resource without a scope: no bean on Payara. */
@Path("/limits-unscoped")
public class LimitsUnscoped {

  @GET
  @RateLimited("2/minute")
  public String read() {
    return "ok";
  }

  @GET
  @Path("shared")
  @RateLimited(policy = "unscoped")
  public String shared() {
    return "ok";
  }

  /** Declares the limits of the policy that the other class names. */
  @Path("/limits-unscoped-too")
  public static class Other {
    @GET
    @RateLimited(value = "2/minute", policy = "unscoped")
    public String shared() {
      return "ok";
    }
  }
}
