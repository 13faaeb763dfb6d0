package dev.sluice.ratelimit;

import dev.sluice.ratelimit.Decision.Refused;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import java.util.ArrayList;
import java.util.List;

/** Lets a request to one resource method pass, or throws, as the limits decide that hold for it. */
final class RateLimitFilter implements ContainerRequestFilter {

  private final List<RateLimitDeclaration> declarations;
  private final RateLimiter limiter;

  RateLimitFilter(List<RateLimitDeclaration> declarations, RateLimiter limiter) {
    this.declarations = declarations;
    this.limiter = limiter;
  }

  /**
   * @throws RateLimitExceededException if a limit refuses the request
   */
  @Override
  public void filter(ContainerRequestContext request) {
    if (RateLimitHeaders.isDecided(request)) {
      return;
    }
    List<Quota> quotas = new ArrayList<>(declarations.size());
    for (RateLimitDeclaration declaration : declarations) {
      declaration.addQuotas(request, quotas);
    }
    if (quotas.isEmpty()) {
      return;
    }
    Decision decision = limiter.decide(quotas);
    RateLimitHeaders.remember(decision, request);
    if (decision instanceof Refused refused) {
      throw new RateLimitExceededException(refused);
    }
  }
}
