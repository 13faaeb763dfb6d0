package dev.sluice.ratelimit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** A host's own mapper, which never decides what a refusal looks like. */
@Provider
@ApplicationScoped
public class LimitsHostMapper implements ExceptionMapper<RateLimitExceededException> {

  @Override
  public Response toResponse(RateLimitExceededException exception) {
    return Response.status(418).build();
  }
}
