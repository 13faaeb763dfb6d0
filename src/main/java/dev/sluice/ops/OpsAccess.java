package dev.sluice.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Who may use the operations API: a user in the configured role, a caller with the configured
 * token; and where neither is configured, for reading only, this machine itself.
 */
final class OpsAccess {

  /** What a caller may do. */
  enum Right {
    NONE,
    READ,
    CHANGE
  }

  /**
   * A request, as far as it says who sends it.
   *
   * @param address the socket's, in text form
   * @param host the name that the client has used for this server
   * @param isForwarded whether a proxy says that it sends this for another
   * @param token the bearer token
   * @param isInRole whether the user is in a role
   * @param hasOwnField whether it has the field that a page of another origin cannot send
   */
  record Caller(
      String address,
      String host,
      boolean isForwarded,
      Optional<String> token,
      Predicate<String> isInRole,
      boolean hasOwnField) {

    private static final List<String> FORWARDED =
        List.of("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via");

    static Caller of(HttpServletRequest request) {
      String authorization = request.getHeader("Authorization");
      boolean isBearer =
          authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith("bearer ");
      return new Caller(
          request.getRemoteAddr(),
          request.getServerName(),
          FORWARDED.stream().anyMatch(field -> request.getHeader(field) != null),
          isBearer ? Optional.of(authorization.substring(7).strip()) : Optional.empty(),
          request::isUserInRole,
          request.getHeader("X-Requested-With") != null);
    }
  }

  /** Names of this machine that no DNS server can have another meaning for. */
  private static final Set<String> THIS_HOST =
      Set.of("localhost", "127.0.0.1", "[::1]", "::1", "[0:0:0:0:0:0:0:1]", "0:0:0:0:0:0:0:1");

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1", "0:0:0:0:0:0:0:1");

  private final OpsSettings settings;

  OpsAccess(OpsSettings settings) {
    this.settings = settings;
  }

  Right of(Caller caller) {
    if (settings.token().isPresent() && caller.token().filter(this::isToken).isPresent()) {
      return Right.CHANGE; // no browser adds it for a page of another origin
    }
    if (settings.role().filter(caller.isInRole()).isPresent()) {
      return caller.hasOwnField() ? Right.CHANGE : Right.READ;
    }
    boolean isOpen = settings.token().isEmpty() && settings.role().isEmpty();
    return isOpen && isThisMachine(caller) ? Right.READ : Right.NONE;
  }

  /** Takes the same time wherever the first difference is. */
  private boolean isToken(String text) {
    return MessageDigest.isEqual(text.getBytes(UTF_8), settings.token().orElse("").getBytes(UTF_8));
  }

  /**
   * Neither a proxy on this machine, nor a page whose name an attacker's DNS server resolves to it,
   * speaks for this machine.
   */
  private static boolean isThisMachine(Caller caller) {
    return LOOPBACK.contains(caller.address())
        && !caller.isForwarded()
        && THIS_HOST.contains(caller.host());
  }
}
