package dev.sluice.ratelimit;

import dev.sluice.http.Problem;
import dev.sluice.ratelimit.Decision.Reason;
import dev.sluice.ratelimit.Decision.Refused;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The response to a refused request. The standard one is a problem (RFC 9457): 429 with the draft's
 * type {@code quota-exceeded}, or 503 with {@code temporary-reduced-capacity} if the store is
 * unavailable; both with {@code Retry-After}. A {@link RefusalRenderer} may change it.
 *
 * @param status the HTTP status
 * @param mediaType the media type of {@code body}
 * @param body the body's text
 * @param headers the other header fields, by name
 */
public record RefusalResponse(
    int status, String mediaType, String body, Map<String, String> headers) {

  private static final URI QUOTA_EXCEEDED =
      URI.create("https://iana.org/assignments/http-problem-types#quota-exceeded");

  private static final String PROBLEM = Problem.MEDIA_TYPE.toString();

  private static final URI REDUCED_CAPACITY =
      URI.create("https://iana.org/assignments/http-problem-types#temporary-reduced-capacity");

  /**
   * @throws NullPointerException if a header's name or value is null
   */
  public RefusalResponse {
    headers = Map.copyOf(headers);
  }

  /** Returns the same response with another body. */
  public RefusalResponse withBody(String otherMediaType, String otherBody) {
    return new RefusalResponse(status, otherMediaType, otherBody, headers);
  }

  /** Returns the same response with one more header field. */
  public RefusalResponse withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new RefusalResponse(status, mediaType, body, more);
  }

  static RefusalResponse of(Refused refused) {
    Map<String, String> headers =
        Map.of(
            "Cache-Control",
            "no-store",
            "Retry-After",
            Long.toString(RateLimitHeaders.seconds(refused.retryAfter())));
    return refused.reason() == Reason.STORE_UNAVAILABLE
        ? new RefusalResponse(503, PROBLEM, unavailable(), headers)
        : new RefusalResponse(429, PROBLEM, exceeded(refused), headers);
  }

  private static String unavailable() {
    return new Problem(
            REDUCED_CAPACITY,
            "Request cannot be satisfied due to temporary server capacity constraints",
            503,
            "The rate limit cannot be checked at the moment",
            Map.of())
        .toJson();
  }

  /** Most requests exceed one limit, whose refusals are all alike. */
  private static String exceeded(Refused refused) {
    List<QuotaPolicy> exceeded =
        refused.windows().stream()
            .filter(WindowState::isExceeded)
            .sorted(Comparator.comparing(WindowState::retry).reversed())
            .map(WindowState::quota)
            .toList();
    return exceeded.size() == 1 ? exceeded.get(0).problem() : problem(exceeded);
  }

  /**
   * @param exceeded the limits that refuse, the one that takes longest first
   */
  static String problem(List<QuotaPolicy> exceeded) {
    QuotaPolicy longest = exceeded.get(0);
    JsonArrayBuilder names = Json.createArrayBuilder();
    exceeded.forEach(quota -> names.add(quota.name()));
    return new Problem(
            QUOTA_EXCEEDED,
            "Request cannot be satisfied as assigned quota has been exceeded",
            429,
            longest.policy().message().orElse("Rate limit exceeded: " + longest.limit()),
            Map.of("violated-policies", names.build()))
        .toJson();
  }

  Response toResponse() {
    // Clients over their limit may come often: the standard media type is not parsed each time.
    MediaType type = mediaType.equals(PROBLEM) ? Problem.MEDIA_TYPE : MediaType.valueOf(mediaType);
    Response.ResponseBuilder response = Response.status(status).type(type).entity(body);
    headers.forEach(response::header);
    return response.build();
  }
}
