package dev.sluice.cache;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.Provider;
import java.security.Principal;

/** An application's own login, by a filter of Jakarta REST. */
@Provider
@ApplicationScoped
@Priority(Priorities.AUTHENTICATION)
public class LoginFilter implements ContainerRequestFilter {

  @Override
  public void filter(ContainerRequestContext request) {
    String user = request.getHeaderString("X-Logged-In");
    if (user == null) {
      return;
    }
    request.setSecurityContext(
        new SecurityContext() {
          @Override
          public Principal getUserPrincipal() {
            return () -> user;
          }

          @Override
          public boolean isUserInRole(String role) {
            return false;
          }

          @Override
          public boolean isSecure() {
            return false;
          }

          @Override
          public String getAuthenticationScheme() {
            return SecurityContext.FORM_AUTH;
          }
        });
  }
}
