package org.example;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.slf4j.LoggerFactory;

/** Logs by the host's own backend, and fails. */
@Path("/failing")
@RequestScoped
public class FailingResource {

  @GET
  public String fail() {
    LoggerFactory.getLogger(FailingResource.class).info("about to fail");
    throw new IllegalStateException("the host's own failure");
  }
}
