package dev.sluice.service;

import dev.sluice.ratelimit.RateLimited;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** {@code GET /rate-limited}: limited to five requests a minute for each client. */
@Path("/rate-limited")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class RateLimitedResource {

  /** The body of the response. */
  public record Detail(String detail) {}

  @GET
  @RateLimited("5/minute")
  public Detail read() {
    return new Detail("This endpoint is rate-limited.");
  }
}
