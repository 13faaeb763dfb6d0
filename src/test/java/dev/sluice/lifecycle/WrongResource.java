package dev.sluice.lifecycle;

import dev.sluice.cache.Cached;
import dev.sluice.ratelimit.RateLimited;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/**
 * Two mistakes. Not nested: without its outer class in the archive it would not be a bean at all.
 */
@Path("/wrong")
@ApplicationScoped
public class WrongResource {

  @GET
  @Cached(expire = 0)
  public String cached() {
    return "";
  }

  @GET
  @Path("limited")
  @RateLimited("5/minuet")
  public String limited() {
    return "";
  }
}
