package dev.sluice.ratelimit;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;

/** Authenticates requests to one path; every password is wrong. */
@Provider
@ApplicationScoped
@Priority(Priorities.AUTHENTICATION)
public class PasswordFilter implements ContainerRequestFilter {

  @Override
  public void filter(ContainerRequestContext request) {
    if (request.getUriInfo().getPath().endsWith("limits/password")) {
      request.abortWith(Response.status(Response.Status.UNAUTHORIZED).build());
    }
  }
}
