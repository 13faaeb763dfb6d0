package dev.sluice.testing;

import dev.sluice.cache.Cached;
import dev.sluice.ratelimit.RateLimited;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A resource that fails in every way in which a resource can fail. */
@Path("/failing")
@RequestScoped
@Produces({MediaType.TEXT_PLAIN, MediaType.TEXT_HTML})
public class FailingResource {

  /** Text of the errors; no client may see it. */
  public static final String SECRET = "what only the log may tell";

  @GET
  @Path("unexpected")
  public String unexpected() {
    throw new IllegalStateException(SECRET);
  }

  @GET
  @Path("checked")
  public String checked() throws IOException {
    throw new IOException(SECRET);
  }

  @GET
  @Path("error")
  public String error() {
    throw new StackOverflowError(SECRET);
  }

  @GET
  @Path("later")
  public CompletionStage<String> later() {
    return CompletableFuture.failedFuture(new IllegalStateException(SECRET));
  }

  /** Fails if the parameter is not a number or cannot be decoded. */
  @GET
  @Path("number/{n}")
  @Cached(expire = 30)
  @RateLimited("1000/second")
  public String number(@PathParam("n") int n, @QueryParam("q") String q) {
    return "" + n;
  }

  @GET
  @Path("unavailable")
  public String unavailable() {
    throw new WebApplicationException(SECRET, 503);
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public String takesJson(String body) {
    return body;
  }
}
