package dev.sluice.lifecycle;

import dev.sluice.cache.Audience;
import dev.sluice.cache.CacheEvict;
import dev.sluice.cache.Cached;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import java.util.stream.Stream;

/** Every mistake with caches that stops a deployment. */
@Path("/wrong/{tenant}")
@ApplicationScoped
public class WrongCaches implements WrongInterface {

  @POST
  @Cached(expire = 30)
  public String post(@PathParam("tenant") String tenant) {
    return "";
  }

  @GET
  @Path("never")
  @Cached(expire = 0)
  public String never(@PathParam("tenant") String tenant) {
    return "";
  }

  @GET
  @Path("forever")
  @Cached(expire = 31_536_001, negativeExpire = -1)
  public String forever(@PathParam("tenant") String tenant) {
    return "";
  }

  @GET
  @Path("static")
  @Cached(expire = 30)
  public static String ofClass() {
    return "";
  }

  @GET
  @Path("uri")
  @Cached(expire = 30)
  public String uri(@PathParam("tenant") String tenant, @Context UriInfo uri) {
    return "";
  }

  @GET
  @Path("tenant")
  @Cached(expire = 30)
  public String tenant() {
    return "";
  }

  @GET
  @Path("tags")
  @Cached(expire = 30, tags = "a:{b}", vary = "not a name")
  public String tags(@PathParam("tenant") String tenant) {
    return "";
  }

  @Cached(expire = 30, name = "shared")
  public int one(Object anything) {
    return 1;
  }

  @Cached(expire = 31, name = "shared")
  public Stream<String> other(long id) {
    return Stream.of();
  }

  /** An interface: JSON does not say which implementation to create. */
  public sealed interface Shape permits Circle {}

  /** Its only implementation. */
  public record Circle(int radius) implements Shape {}

  @Cached(expire = 30, negativeExpire = 5, audience = Audience.PRINCIPAL)
  public Shape shape() {
    return new Circle(1);
  }

  @Cached(expire = 30)
  private int secret() {
    return 1;
  }

  @Cached(expire = 30)
  public int fine() {
    return 1;
  }

  @Cached(expire = 30, name = "a name")
  public int named() {
    return secret();
  }

  @CacheEvict
  public void nothing() {}

  @CacheEvict(cache = "nowhere")
  public void nowhere() {}

  @CacheEvict(cache = "shared")
  public void many(long id, String value) {}

  @Override
  public int ofInterface() {
    return 1;
  }
}
