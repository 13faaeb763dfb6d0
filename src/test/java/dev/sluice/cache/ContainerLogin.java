package dev.sluice.cache;

import dev.sluice.lifecycle.Stopping;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.security.auth.message.config.AuthConfigFactory;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A login by the container, before Jakarta REST: by a cookie, as after a form, or by BASIC for
 * alice and bob. A request with neither has no user.
 */
@ApplicationScoped
public class ContainerLogin implements HttpAuthenticationMechanism {

  @Override
  public AuthenticationStatus validateRequest(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
    return byCookie(request)
        .or(() -> byBasic(request))
        .map(user -> context.notifyContainerAboutLogin(user, Set.of("users")))
        .orElseGet(context::doNothing);
  }

  private static Optional<String> byCookie(HttpServletRequest request) {
    return Stream.ofNullable(request.getCookies())
        .flatMap(Arrays::stream)
        .filter(cookie -> cookie.getName().equals("login"))
        .map(Cookie::getValue)
        .findFirst();
  }

  private static Optional<String> byBasic(HttpServletRequest request) {
    return Optional.ofNullable(request.getHeader("Authorization"))
        .filter(value -> value.startsWith("Basic "))
        .map(value -> Base64.getDecoder().decode(value.substring(6)))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8).split(":")[0])
        .filter(user -> Set.of("alice", "bob").contains(user));
  }

  /** Liberty would keep this login for the next application at the same context root. */
  void unregister(@Observes Stopping stopping) {
    AuthConfigFactory factory = AuthConfigFactory.getFactory();
    for (String id : factory.getRegistrationIDs(null)) {
      if (factory.getRegistrationContext(id).getAppContext() != null) {
        factory.removeRegistration(id);
      }
    }
  }
}
