package dev.sluice.service;

import dev.sluice.cache.Cached;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;

/** {@code GET /cached-data}: computes for two seconds, then is cached for thirty. */
@Path("/cached-data")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class CachedDataResource {

  /**
   * The body of the response.
   *
   * @param timestamp when it was computed, in seconds since the epoch; a BigDecimal because JSON-B
   *     writes a double of this size with an exponent
   */
  public record CachedData(String detail, BigDecimal timestamp) {}

  @Inject private ServiceSettings settings;

  @GET
  @Cached(expire = 30, edge = true)
  public CachedData read() throws InterruptedException {
    Thread.sleep(settings.work().toMillis());
    return new CachedData(
        "This is some cached data", BigDecimal.valueOf(System.currentTimeMillis(), 3));
  }
}
