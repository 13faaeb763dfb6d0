package org.example;

import dev.sluice.cache.Cached;
import dev.sluice.ratelimit.RateLimited;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** Not in the list of the Application, so that no server serves it. */
@Path("/forgotten")
@RequestScoped
public class ForgottenResource {

  @GET
  @Cached(expire = 60)
  @RateLimited("2/minute")
  public String get() {
    return "never";
  }
}
