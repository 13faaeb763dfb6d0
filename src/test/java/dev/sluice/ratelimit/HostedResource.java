package dev.sluice.ratelimit;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** Listed by an application. */
@Path("/")
@RequestScoped
public class HostedResource {

  @GET
  @RateLimited("2/minute")
  public String read() {
    return "ok";
  }

  @Path("sub")
  public Sub sub() {
    return new Sub();
  }

  /** Not a bean. */
  public static class Sub {
    @GET
    @RateLimited("2/minute")
    public String read() {
      return "ok";
    }
  }
}
