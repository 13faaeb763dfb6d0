package dev.sluice.ratelimit;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.MultivaluedMap;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Tells clients what their limits are and how much is left: {@code RateLimit-Policy} and {@code
 * RateLimit} with a member for each limit.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/">RateLimit
 *     header fields for HTTP</a>
 */
final class RateLimitHeaders implements ContainerResponseFilter {

  private static final String DECISION = Decision.class.getName();

  private final boolean xHeaders;

  /**
   * @param xHeaders whether {@code X-RateLimit-*} are written too
   */
  RateLimitHeaders(boolean xHeaders) {
    this.xHeaders = xHeaders;
  }

  static void remember(Decision decision, ContainerRequestContext request) {
    request.setProperty(DECISION, decision);
  }

  static boolean isDecided(ContainerRequestContext request) {
    return request.getProperty(DECISION) != null;
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    Object decision = request.getProperty(DECISION);
    if (decision instanceof Decision decided && !decided.quotas().isEmpty()) {
      write(decided.quotas(), response.getHeaders());
    }
  }

  private void write(List<QuotaStatus> quotas, MultivaluedMap<String, Object> headers) {
    StringBuilder policies = new StringBuilder(64);
    StringBuilder limits = new StringBuilder(64);
    for (QuotaStatus quota : quotas) {
      String separator = policies.isEmpty() ? "" : ", ";
      policies.append(separator).append(quota.policy().policyMember());
      limits.append(separator).append(quota.policy().member());
      limits.append(";r=").append(quota.remaining());
      Duration reset = quota.isExceeded() ? quota.retry() : quota.reset();
      if (!reset.isZero()) {
        limits.append(";t=").append(seconds(reset));
      }
    }
    headers.putSingle("RateLimit-Policy", policies.toString());
    headers.putSingle("RateLimit", limits.toString());
    if (xHeaders) {
      writeTightest(quotas, headers);
    }
  }

  /** The limit of which the least is left, in the form that slowapi writes. */
  private static void writeTightest(
      List<QuotaStatus> quotas, MultivaluedMap<String, Object> headers) {
    QuotaStatus tightest = quotas.get(0);
    for (QuotaStatus quota : quotas) {
      if (quota.remaining() < tightest.remaining()) {
        tightest = quota;
      }
    }
    headers.putSingle("X-RateLimit-Limit", tightest.policy().limit().amount());
    headers.putSingle("X-RateLimit-Remaining", tightest.remaining());
    headers.putSingle(
        "X-RateLimit-Reset", Instant.now().plus(tightest.reset()).getEpochSecond() + 1);
  }

  /** Whole seconds, rounded up, at least 1. */
  static long seconds(Duration duration) {
    return Math.max(1, duration.plusNanos(999_999_999).toSeconds());
  }
}
