package dev.sluice.background;

import dev.sluice.http.Problem;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.time.Duration;

/**
 * A task cannot be taken now: the store is down, or as many tasks wait as may. It carries its
 * response, 503 with {@code Retry-After}, since a host whose {@code Application} lists its classes
 * has no mapper of ours.
 */
public class TaskRejectedException extends WebApplicationException {

  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  TaskRejectedException(TaskRejection rejection) {
    super(rejection.getMessage(), respond(rejection));
    this.retryAfter = rejection.retryAfter();
  }

  static Response respond(TaskRejection rejection) {
    return Problem.of(503, String.valueOf(rejection.getMessage()))
        .toResponse()
        .header("Retry-After", rejection.retryAfter().toSeconds())
        .build();
  }

  /** When trying again makes sense, in whole seconds from 1. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
