package dev.sluice.cache;

import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Variant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The media type that a request asks for, known before there is a response. */
final class Negotiation {

  private static final String OPEN = "accept ";

  private Negotiation() {}

  /**
   * The media type of the response, chosen from those that the method lists; "" where there is only
   * one. Where the method lists none, or none is acceptable, the request's {@code Accept}.
   */
  static String of(CacheDeclaration declaration, ContainerRequestContext request) {
    if (!declaration.negotiates()) {
      return "";
    }
    if (declaration.choosesFromList()) {
      List<Variant> offered =
          declaration.produces().stream()
              .map(MediaType::valueOf)
              .filter(type -> isAcceptable(type, request.getAcceptableMediaTypes()))
              .map(type -> new Variant(type, (Locale) null, null))
              .toList();
      Variant chosen = select(request, offered);
      if (chosen != null) {
        return chosen.getMediaType().toString();
      }
    }
    String accept = request.getHeaderString(HttpHeaders.ACCEPT);
    return OPEN + (accept == null ? "" : accept.toLowerCase(Locale.ROOT).replaceAll("\\s", ""));
  }

  /** Returns null too where a field that the method does not need is malformed. */
  private static @Nullable Variant select(ContainerRequestContext request, List<Variant> offered) {
    try {
      return offered.isEmpty() ? null : request.getRequest().selectVariant(offered);
    } catch (ProcessingException malformed) { // Jersey parses Accept-Language and others as well
      return null;
    }
  }

  /** Whether the most specific range that the type is in has a weight above 0. */
  private static boolean isAcceptable(MediaType type, List<MediaType> ranges) {
    MediaType best = null;
    for (MediaType range : ranges) {
      if (range.isCompatible(type) && (best == null || specificity(range) > specificity(best))) {
        best = range;
      }
    }
    return best != null && !best.getParameters().getOrDefault("q", "1").matches("0(\\.0*)?");
  }

  private static int specificity(MediaType range) {
    return range.isWildcardType() ? 0 : range.isWildcardSubtype() ? 1 : 2;
  }

  /** Whether the media type depends on an {@code Accept} that clients choose freely. */
  static boolean isOpen(String negotiated) {
    return negotiated.startsWith(OPEN);
  }

  /** Whether a response of this type is one that {@code negotiated} stands for. */
  static boolean isMetBy(String negotiated, @Nullable MediaType sent) {
    if (sent == null) {
      return false;
    }
    if (negotiated.isEmpty() || isOpen(negotiated)) {
      return true;
    }
    MediaType expected = MediaType.valueOf(negotiated);
    return expected.getType().equalsIgnoreCase(sent.getType())
        && expected.getSubtype().equalsIgnoreCase(sent.getSubtype());
  }
}
