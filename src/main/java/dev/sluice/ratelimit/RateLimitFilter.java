package dev.sluice.ratelimit;

import dev.sluice.ratelimit.Decision.Refused;
import dev.sluice.ratelimit.Decision.Source;
import dev.sluice.ratelimit.MethodLimits.Phase;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;

/** Enforces the limits of one resource method, in one phase of the request. */
abstract sealed class RateLimitFilter implements ContainerRequestFilter {

  /** Enforces the limits that need no principal. */
  static final class BeforeAuthentication extends RateLimitFilter {
    BeforeAuthentication(MethodLimits limits, RateLimitRuntime runtime) {
      super(limits, runtime, Phase.BEFORE_AUTHENTICATION);
    }
  }

  /** Enforces the limits that need the principal. */
  static final class AfterAuthentication extends RateLimitFilter {
    AfterAuthentication(MethodLimits limits, RateLimitRuntime runtime) {
      super(limits, runtime, Phase.AFTER_AUTHENTICATION);
    }
  }

  private final MethodLimits limits;
  private final RateLimitRuntime runtime;
  private final Phase phase;

  private RateLimitFilter(MethodLimits limits, RateLimitRuntime runtime, Phase phase) {
    this.limits = limits;
    this.runtime = runtime;
    this.phase = phase;
  }

  /**
   * Charges the request to each limit, or refuses it.
   *
   * @throws RateLimitExceededException if the store refuses; a refusal from the refusal cache
   *     aborts with the same response instead, which costs less
   */
  @Override
  public void filter(ContainerRequestContext request) {
    if (runtime.isAllowed()) {
      return;
    }
    List<RateLimitDeclaration> declarations = limits.of(request, phase);
    List<Charge> all = new ArrayList<>(declarations.size());
    for (RateLimitDeclaration declaration : declarations) {
      declaration.addCharges(request, all);
    }
    RequestLimits decided = RequestLimits.of(request);
    List<Charge> charges = decided.uncharged(all);
    if (charges.isEmpty()) {
      return;
    }
    limits.requireServletFilter(charges);
    Reservation reservation = runtime.reserve(charges);
    decided.add(charges, reservation);
    if (reservation.decision() instanceof Refused refused) {
      refuse(request, refused);
    }
  }

  private void refuse(ContainerRequestContext request, Refused refused) {
    Response response = runtime.render(refused);
    if (refused.source() == Source.REFUSAL_CACHE) {
      request.abortWith(response);
      return;
    }
    throw new RateLimitExceededException(refused, response);
  }
}
