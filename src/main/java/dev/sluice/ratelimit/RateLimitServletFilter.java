package dev.sluice.ratelimit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.http.OuterFilters;
import dev.sluice.http.RequestEnd;
import dev.sluice.lifecycle.ApplicationBeans;
import dev.sluice.ratelimit.Decision.Refused;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Enforces {@code sluice.rate-limit.servlet} on every request to the configured paths, whether a
 * resource, a servlet or nothing responds to it. Ends what counts against limits on concurrency
 * when the response is out.
 */
final class RateLimitServletFilter extends HttpFilter {

  private static final long serialVersionUID = 1L;

  private static final Optional<Refused> NONE = Optional.empty();

  private final transient Supplier<RateLimitSettings> settings =
      ApplicationBeans.atFirstUse(RateLimitSettings.class);

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    try {
      Optional<Refused> refused = isLimited(request) ? decide(request, response) : NONE;
      if (refused.isPresent()) {
        send(runtime().rendered(refused.get()), response);
      } else {
        chain.doFilter(request, response);
      }
    } finally {
      RequestLimits.running(request)
          .ifPresent(limits -> RequestEnd.whenOver(request, response, limits::end));
    }
  }

  private boolean isLimited(HttpServletRequest request) {
    RateLimitSettings known = settings.get();
    if (!known.enabled() || known.servletLimits().isEmpty()) {
      return false;
    }
    String path = OuterFilters.path(request);
    return known.servletPaths().match(path) && !known.servletExempt().match(path);
  }

  private static Optional<Refused> decide(
      HttpServletRequest request, HttpServletResponse response) {
    RateLimitRuntime runtime = runtime();
    RequestLimits decided = RequestLimits.of(request);
    List<Charge> charges = decided.uncharged(runtime.servletCharges(request));
    if (charges.isEmpty()) {
      return NONE;
    }
    Reservation reservation = runtime.reserve(charges);
    decided.add(charges, reservation);
    runtime
        .headers()
        .write(decided.windows(), (name, value) -> response.setHeader(name, value.toString()));
    return reservation.decision() instanceof Refused refused ? Optional.of(refused) : NONE;
  }

  private static RateLimitRuntime runtime() {
    return ApplicationBeans.get(RateLimitRuntime.class);
  }

  private static void send(RefusalResponse refusal, HttpServletResponse response)
      throws IOException {
    response.setStatus(refusal.status());
    refusal.headers().forEach(response::setHeader);
    response.setContentType(refusal.mediaType());
    byte[] body = refusal.body().getBytes(UTF_8);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
