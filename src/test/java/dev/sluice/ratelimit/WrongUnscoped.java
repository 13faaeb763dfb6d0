package dev.sluice.ratelimit;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** A wrong limit on a resource that CDI does not show on Payara. */
@Path("/wrong-unscoped")
public class WrongUnscoped {

  @GET
  @RateLimited("5/minit")
  public String read() {
    return "ok";
  }
}
