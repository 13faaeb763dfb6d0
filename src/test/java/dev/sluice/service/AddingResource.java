package dev.sluice.service;

import dev.sluice.background.BackgroundTasks;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Adds a task that does not run without Redis. */
@Path("/durable-task")
@ApplicationScoped
@Produces(MediaType.TEXT_PLAIN)
public class AddingResource {

  @Inject private BackgroundTasks tasks;

  @POST
  public String add() {
    tasks.add(LogWriter.class, "durable");
    return "added";
  }
}
