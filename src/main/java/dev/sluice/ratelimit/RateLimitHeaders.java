package dev.sluice.ratelimit;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
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

  /** What is written beside the draft's required fields and parameters. */
  enum Extra {
    /** {@code X-RateLimit-*}, as slowapi writes them. */
    X_HEADERS,
    /** The parameter {@code pk}: the digest of the client, by which requests are counted. */
    PARTITION_KEY
  }

  private final Set<Extra> extras;

  RateLimitHeaders(Set<Extra> extras) {
    this.extras = extras;
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
      String partition = partition(window);
      policies.append(separator).append(window.quota().policyMember()).append(partition);
      limits.append(separator).append(window.quota().member());
      limits.append(";r=").append(window.remaining());
      if (!window.reset().isZero()) {
        limits.append(";t=").append(seconds(window.reset()));
      }
      limits.append(partition);
    }
    fields.accept("RateLimit-Policy", policies.toString());
    fields.accept("RateLimit", limits.toString());
    if (extras.contains(Extra.X_HEADERS)) {
      writeTightest(windows, fields);
    }
  }

  /** Returns the parameter {@code pk}, a byte sequence; nothing where it is not asked for. */
  private String partition(WindowState window) {
    return extras.contains(Extra.PARTITION_KEY)
        ? ";pk=:"
            + Base64.getEncoder().encodeToString(Base64.getUrlDecoder().decode(window.client()))
            + ":"
        : "";
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
