package dev.sluice.bench;

import dev.sluice.cache.Cached;
import dev.sluice.ratelimit.RateLimited;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import redis.clients.jedis.RedisClient;

/** What the features are held against: the same server doing next to nothing, and one call to Redis without Sluice. */
@Path("/bench")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class BareResource {

  private static final byte[] BODY =
      "{\"detail\":\"This is some cached data\",\"timestamp\":1732262400.123}"
          .getBytes(StandardCharsets.UTF_8);

  @Inject
  @ConfigProperty(name = "sluice.redis.url")
  private String url;

  private RedisClient redis;
  private String script;

  @PostConstruct
  void connect() {
    redis = RedisClient.create(url);
    redis.set("bench".getBytes(StandardCharsets.UTF_8), BODY);
    script = redis.scriptLoad("return redis.call('INCR', KEYS[1])");
  }

  @PreDestroy
  void close() {
    redis.close();
  }

  @GET
  @Path("bare")
  public byte[] bare() {
    return BODY;
  }

  @GET
  @Path("cached")
  @Cached(expire = 30)
  public byte[] cached() {
    return BODY;
  }

  @GET
  @Path("redis-get")
  public byte[] get() {
    return redis.get("bench".getBytes(StandardCharsets.UTF_8));
  }

  @GET
  @Path("redis-evalsha")
  public byte[] evalsha() {
    redis.evalsha(script, List.of("bench:count"), List.of());
    return BODY;
  }

  /** A limit alone: the same bytes as without one. */
  @GET
  @Path("limited")
  @RateLimited("5/minute")
  public byte[] limited() {
    return BODY;
  }

  @POST
  @Path("redis-set")
  public byte[] set() {
    redis.set("bench:written".getBytes(StandardCharsets.UTF_8), BODY);
    return BODY;
  }
}
