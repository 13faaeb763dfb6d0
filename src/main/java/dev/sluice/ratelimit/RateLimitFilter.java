package dev.sluice.ratelimit;

import dev.sluice.ratelimit.Decision.Refused;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lets a request to one resource method pass, or throws, as the limits decide that hold for it. */
final class RateLimitFilter implements ContainerRequestFilter {

  private final List<RateLimitDeclaration> declarations;
  private final RateLimiter limiter;

  RateLimitFilter(List<RateLimitDeclaration> declarations, RateLimiter limiter) {
    this.declarations = declarations;
    this.limiter = limiter;
  }

  /**
   * @throws RateLimitExceededException if a limit refuses the request; who is refused again within
   *     a moment gets the same answer without one
   */
  @Override
  public void filter(ContainerRequestContext request) {
    if (RateLimitHeaders.isDecided(request)) {
      return;
    }
    List<Charge> quotas = new ArrayList<>(declarations.size());
    for (RateLimitDeclaration declaration : declarations) {
      declaration.addQuotas(request, quotas);
    }
    if (quotas.isEmpty()) {
      return;
    }
    Optional<Refused> again = limiter.findRefusal(quotas);
    Decision decision = again.isPresent() ? again.get() : limiter.ask(quotas);
    RateLimitHeaders.remember(decision, request);
    if (again.isPresent()) {
      // The same answer, without what an exception costs: this client goes on and on.
      request.abortWith(RateLimitExceededException.answer(again.get()));
    } else if (decision instanceof Refused refused) {
      throw new RateLimitExceededException(refused);
    }
  }
}
