package dev.sluice.service;

import dev.sluice.background.BackgroundTasks;
import dev.sluice.background.TaskOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** {@code POST /background-task}: responds at once and appends a line to the log file later. */
@Path("/background-task")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class BackgroundTaskResource {

  /** The body of the response. */
  public record Message(String message) {}

  private static final String LINE = "Task started: Processing data in the background.";

  @Inject private BackgroundTasks tasks;

  @POST
  public Message start() {
    tasks.add(
        LogWriter.class,
        LINE,
        TaskOptions.defaults().withIfStoreDown(TaskOptions.IfStoreDown.LOCAL));
    return new Message("Background task has been initiated.");
  }
}
