package dev.sluice.background;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/**
 * Responds to a rejection with its own response, whatever the application does about other
 * exceptions.
 */
@Provider
@ApplicationScoped
public class TaskRejectedMapper implements ExceptionMapper<TaskRejectedException> {

  @Override
  public Response toResponse(TaskRejectedException rejection) {
    return rejection.getResponse();
  }
}
