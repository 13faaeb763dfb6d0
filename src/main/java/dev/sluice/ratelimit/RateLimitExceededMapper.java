package dev.sluice.ratelimit;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/**
 * Maps a refusal to the response that it carries, whatever mappers the application has for other
 * exceptions. Its priority is the highest: a refusal looks the same on every server, and a {@link
 * RefusalRenderer} changes it.
 */
@Provider
@Priority(1)
@ApplicationScoped
public class RateLimitExceededMapper implements ExceptionMapper<RateLimitExceededException> {

  @Override
  public Response toResponse(RateLimitExceededException exception) {
    return exception.getResponse();
  }
}
