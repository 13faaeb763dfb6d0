package dev.sluice.cache;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The sender of a request, as far as it decides with whom a response may be shared. */
record Requester(Optional<String> authorization, @Nullable Principal principal) {

  static Requester of(ContainerRequestContext request) {
    SecurityContext security = request.getSecurityContext();
    return new Requester(
        Optional.ofNullable(request.getHeaderString(HttpHeaders.AUTHORIZATION)),
        security == null ? null : security.getUserPrincipal());
  }

  /** Whether responses may be shared between this requester and the audience. */
  boolean belongsTo(Audience audience) {
    return switch (audience) {
      case ANONYMOUS -> authorization.isEmpty() && principal == null;
      case EVERYONE -> true;
      case PRINCIPAL -> principal == null ? authorization.isEmpty() : principal.getName() != null;
    };
  }

  /**
   * What tells one requester's entries from another's: the user's name, empty for requesters who
   * are not logged in, and the {@code Authorization} field, since two tokens of one user may permit
   * different things.
   */
  List<Optional<String>> identity() {
    return List.of(Optional.ofNullable(principal).map(Principal::getName), authorization);
  }
}
