package dev.sluice.cache;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The sender of a request, as far as it decides with whom a response may be shared. */
record Requester(boolean hasAuthorization, @Nullable Principal principal) {

  static Requester of(ContainerRequestContext request) {
    SecurityContext security = request.getSecurityContext();
    return new Requester(
        request.getHeaderString(HttpHeaders.AUTHORIZATION) != null,
        security == null ? null : security.getUserPrincipal());
  }

  /** Whether responses may be shared between this requester and the audience. */
  boolean belongsTo(Audience audience) {
    return switch (audience) {
      case ANONYMOUS -> !hasAuthorization && principal == null;
      case EVERYONE -> true;
      case PRINCIPAL -> principal == null ? !hasAuthorization : principal.getName() != null;
    };
  }

  /** The name of the user; empty for requesters who are not logged in. */
  Optional<String> name() {
    return Optional.ofNullable(principal).map(Principal::getName);
  }
}
