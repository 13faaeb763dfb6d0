package dev.sluice.ratelimit;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Settles the charges that depend on the response, then writes the {@code RateLimit-Policy} and
 * {@code RateLimit} fields of revision -10 of the draft, with a member for each limit, so that
 * clients know their limits and what is left of them.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/">RateLimit
 *     header fields for HTTP</a>
 */
final class RateLimitHeaders implements ContainerResponseFilter {

  /** Which fields are written. */
  enum Style {
    /** The draft's. */
    STANDARD,
    /** Also {@code X-RateLimit-*}, as slowapi writes them. */
    WITH_X_HEADERS
  }

  private final Style style;

  RateLimitHeaders(Style style) {
    this.style = style;
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    RequestLimits limits = RequestLimits.of(request);
    limits.settle(response.getStatus());
    write(limits.windows(), response.getHeaders()::putSingle);
  }

  /**
   * @param fields takes each field's name and value
   */
  void write(List<WindowState> windows, BiConsumer<String, Object> fields) {
    if (windows.isEmpty()) {
      return;
    }
    StringBuilder policies = new StringBuilder(64);
    StringBuilder limits = new StringBuilder(64);
    for (WindowState window : windows) {
      String separator = policies.isEmpty() ? "" : ", ";
      policies.append(separator).append(window.quota().policyMember());
      limits.append(separator).append(window.quota().member());
      limits.append(";r=").append(window.remaining());
      if (!window.reset().isZero()) {
        limits.append(";t=").append(seconds(window.reset()));
      }
    }
    fields.accept("RateLimit-Policy", policies.toString());
    fields.accept("RateLimit", limits.toString());
    if (style == Style.WITH_X_HEADERS) {
      writeTightest(windows, fields);
    }
  }

  /** Writes the state of the limit of which least is left. */
  private static void writeTightest(List<WindowState> windows, BiConsumer<String, Object> fields) {
    WindowState tightest = windows.get(0);
    for (WindowState window : windows) {
      if (window.remaining() < tightest.remaining()) {
        tightest = window;
      }
    }
    fields.accept("X-RateLimit-Limit", tightest.quota().limit().amount());
    fields.accept("X-RateLimit-Remaining", tightest.remaining());
    fields.accept("X-RateLimit-Reset", Instant.now().plus(tightest.reset()).getEpochSecond() + 1);
  }

  /** Returns whole seconds, rounded up, at least 1. */
  static long seconds(Duration duration) {
    return Math.max(1, duration.plusNanos(999_999_999).toSeconds());
  }
}
