package dev.sluice.ratelimit;

import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Decides by request what a {@link RateLimited} says for all requests alike. A CDI bean, asked
 * after authentication. What a method leaves out stays as declared; an exception that it throws is
 * the request's.
 */
public interface RateLimitRule {

  /**
   * Returns the client's key: requests with the same key are counted together. It is stored as a
   * digest only. Empty: the client is told apart as {@link RateLimited#by} says.
   */
  default Optional<String> key(ContainerRequestContext request) {
    return Optional.empty();
  }

  /** Returns the limits for this request. Empty: the declared limits hold. */
  default List<Limit> limits(ContainerRequestContext request) {
    return List.of();
  }

  /**
   * Returns the cost of this request, at least 1; a cost above a limit is always refused. Empty:
   * the declared cost holds.
   */
  default OptionalInt cost(ContainerRequestContext request) {
    return OptionalInt.empty();
  }

  /** Whether this declaration neither counts nor limits this request. */
  default boolean exempt(ContainerRequestContext request) {
    return false;
  }
}
