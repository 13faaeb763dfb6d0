package org.example;

import dev.sluice.background.BackgroundTasks;
import dev.sluice.cache.Cached;
import dev.sluice.ratelimit.RateLimited;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
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
  @Inject private MeterRegistry registry;

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

  /** The sum of a counter's values in the host's own registry. */
  @GET
  @Path("metrics/{name}")
  public String metric(@PathParam("name") String name) {
    return ""
        + registry.get(name).functionCounters().stream()
            .mapToDouble(FunctionCounter::count)
            .sum();
  }

  @GET
  @Path("tasks")
  public String notes() {
    return String.join("\n", Recorder.NOTES);
  }
}
