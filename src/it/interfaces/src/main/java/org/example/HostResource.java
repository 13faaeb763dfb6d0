package org.example;

import dev.sluice.background.BackgroundTasks;
import dev.sluice.cache.Cached;
import dev.sluice.ratelimit.RateLimited;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.atomic.AtomicInteger;

/** Caches, limits and runs tasks; Jakarta REST's annotations of methods stand on the interface. */
@Path("/host")
@RequestScoped
@Produces(MediaType.TEXT_PLAIN)
public class HostResource implements Host {

  private static final AtomicInteger CALLS = new AtomicInteger();

  @Inject private BackgroundTasks tasks;

  @Override
  @Cached(expire = 60)
  public String cached() {
    return "call " + CALLS.incrementAndGet();
  }

  @Override
  @RateLimited("2/minute")
  public String limited() {
    return "allowed";
  }

  @Override
  public String add(String text) {
    tasks.add(Recorder.class, text);
    tasks.run(() -> Recorder.NOTES.add("ran " + text));
    return text;
  }

  @Override
  public String notes() {
    return String.join("\n", Recorder.NOTES);
  }
}
