package dev.sluice.cache;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Variant;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The media type that a request is for, known before there is an answer. */
final class Negotiation {

  private static final String ACCEPT = "accept ";

  /** A weight of 0, which not every server's negotiation heeds. */
  private static final Pattern REFUSING =
      Pattern.compile("(?i);\\s*+q=0(?:\\.0*+)?+\\s*+(?:,|;|$)");

  private Negotiation() {}

  /**
   * The media type; where it cannot be known yet, the request's {@code Accept}, which decides it.
   */
  static String of(CacheDeclaration declaration, ContainerRequestContext request) {
    if (!declaration.negotiates()) {
      return "";
    }
    String accept = request.getHeaderString(HttpHeaders.ACCEPT);
    if (!declaration.choosesFromList() || (accept != null && REFUSING.matcher(accept).find())) {
      return ACCEPT + (accept == null ? "" : accept.toLowerCase(Locale.ROOT).replaceAll("\\s", ""));
    }
    Variant chosen =
        request
            .getRequest()
            .selectVariant(
                declaration.produces().stream()
                    .map(type -> new Variant(MediaType.valueOf(type), (Locale) null, null))
                    .toList());
    return chosen == null ? ACCEPT : chosen.getMediaType().toString();
  }

  /** Whether an answer of this type is one that {@code negotiated} stands for. */
  static boolean isKept(String negotiated, @Nullable MediaType sent) {
    if (sent == null) {
      return false;
    }
    if (negotiated.isEmpty() || negotiated.startsWith(ACCEPT)) {
      return true;
    }
    MediaType wanted = MediaType.valueOf(negotiated);
    return wanted.getType().equalsIgnoreCase(sent.getType())
        && wanted.getSubtype().equalsIgnoreCase(sent.getSubtype());
  }
}
