package dev.sluice.ratelimit;

import dev.sluice.lifecycle.ApplicationBeans;
import dev.sluice.ratelimit.Decision.Refused;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;

/**
 * Signals a refused request. It carries its response, 429 or 503 with {@code Retry-After}, since an
 * {@code Application} that lists its classes has none of our mappers.
 *
 * @see RefusalResponse
 */
public class RateLimitExceededException extends WebApplicationException {

  private static final long serialVersionUID = 1L;

  private final transient Refused decision;

  /**
   * Makes the exception for code that asks {@link RateLimiter} itself.
   *
   * @throws IllegalStateException if there is no CDI container
   */
  public RateLimitExceededException(Refused decision) {
    this(decision, ApplicationBeans.get(RateLimitRuntime.class).render(decision));
  }

  RateLimitExceededException(Refused decision, Response response) {
    super(response);
    this.decision = decision;
  }

  /** Fills in nothing: clients over a limit send many requests. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }

  /** Returns the decision. */
  public Refused decision() {
    return decision;
  }
}
