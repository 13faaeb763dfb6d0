package dev.sluice.ratelimit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** A mistake in each method. */
@Path("/wrong-limits")
@ApplicationScoped
public class WrongLimits {

  @GET
  @Path("trailing")
  @RateLimited("5/minute;")
  public String trailing() {
    return "";
  }

  @GET
  @Path("zero")
  @RateLimited("0/minute")
  public String zero() {
    return "";
  }

  @GET
  @Path("overflow")
  @RateLimited("99999999999999999999/minute")
  public String overflow() {
    return "";
  }

  @GET
  @Path("unset")
  @RateLimited("${not.set.anywhere}")
  public String unset() {
    return "";
  }

  @GET
  @Path("rule")
  @RateLimited(value = "5/minute", rule = NoBean.class)
  public String rule() {
    return "";
  }

  @RateLimited("5/minute")
  public void notRouted() {}

  /** Not a bean. */
  public static class NoBean implements RateLimitRule {
    NoBean(String unknown) {}
  }
}
