package dev.sluice.service;

import dev.sluice.background.BackgroundTasks;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** Resource of a test: each request adds a task that logs its own line. */
@Path("/log/{line}")
@RequestScoped
public class LoggingResource {

  @Inject private BackgroundTasks tasks;

  @POST
  public String log(@PathParam("line") String line) {
    tasks.add(SlowLogger.class, line);
    return "ok";
  }
}
