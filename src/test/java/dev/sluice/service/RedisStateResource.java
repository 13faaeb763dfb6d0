package dev.sluice.service;

import dev.sluice.redis.RedisConnections;
import dev.sluice.redis.RedisUnavailableException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Tells a test how the service stands with Redis, by a write of its own. */
@Path("/redis-state")
@ApplicationScoped
@Produces(MediaType.TEXT_PLAIN)
public class RedisStateResource {

  static final String REPLIED = "replied";
  static final String FAILED = "failed";
  static final String LEFT_ALONE = "left alone";

  @Inject private RedisConnections connections;

  @GET
  public String state() {
    try {
      connections.limits().orElseThrow().call(redis -> redis.set("sluice:any", ""));
      return REPLIED;
    } catch (RedisUnavailableException e) {
      return e.isCalled() ? FAILED : LEFT_ALONE;
    }
  }
}
