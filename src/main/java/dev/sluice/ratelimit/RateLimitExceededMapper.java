package dev.sluice.ratelimit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Answers a refusal as it says, whatever the application does about other exceptions. */
@Provider
@ApplicationScoped
public class RateLimitExceededMapper implements ExceptionMapper<RateLimitExceededException> {

  @Override
  public Response toResponse(RateLimitExceededException exception) {
    return exception.getResponse();
  }
}
