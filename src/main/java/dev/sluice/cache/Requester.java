package dev.sluice.cache;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who asks, as far as that says with whom the answer may be shared. */
record Requester(boolean hasAuthorization, @Nullable Principal principal) {

  static Requester of(ContainerRequestContext request) {
    SecurityContext security = request.getSecurityContext();
    return new Requester(
        request.getHeaderString(HttpHeaders.AUTHORIZATION) != null,
        security == null ? null : security.getUserPrincipal());
  }

  /** Whether no answer for this audience is for this one, nor the other way round. */
  boolean isApartFrom(Audience audience) {
    return switch (audience) {
      case ANONYMOUS -> hasAuthorization || principal != null;
      case EVERYONE -> false;
      case PRINCIPAL -> principal == null ? hasAuthorization : principal.getName() == null;
    };
  }

  /** Empty for the crowd of those who are not logged in. */
  Optional<String> name() {
    return Optional.ofNullable(principal).map(Principal::getName);
  }
}
