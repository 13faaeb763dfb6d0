package org.example;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** The host's body for every error. */
@Provider
public class CatchAllMapper implements ExceptionMapper<Throwable> {

  @Override
  public Response toResponse(Throwable error) {
    int status = error instanceof WebApplicationException e ? e.getResponse().getStatus() : 500;
    return Response.status(status)
        .type(MediaType.TEXT_PLAIN)
        .entity("mapped by the host: " + status)
        .build();
  }
}
