package org.example;

import dev.sluice.background.BackgroundTasks;
import dev.sluice.cache.Cached;
import dev.sluice.ratelimit.RateLimited;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.atomic.AtomicInteger;

/** Caches, limits and runs tasks. */
@Path("/host")
@RequestScoped
@Produces(MediaType.TEXT_PLAIN)
public class HostResource {

  private static final AtomicInteger CALLS = new AtomicInteger();

  @Inject private BackgroundTasks tasks;

  @GET
  @Path("cached")
  @Cached(expire = 60)
  public String cached() {
    return "call " + CALLS.incrementAndGet();
  }

  @GET
  @Path("limited")
  @RateLimited("2/minute")
  public String limited() {
    return "allowed";
  }

  @POST
  @Path("tasks/{text}")
  public String add(@PathParam("text") String text) {
    tasks.add(Recorder.class, text);
    tasks.run(() -> Recorder.NOTES.add("ran " + text));
    return text;
  }

  @GET
  @Path("tasks")
  public String notes() {
    return String.join("\n", Recorder.NOTES);
  }
}
