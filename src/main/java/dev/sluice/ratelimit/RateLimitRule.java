package dev.sluice.ratelimit;

import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a {@link RateLimited} cannot say for all requests alike. A CDI bean; what it leaves out
 * stays as declared. An exception from it is the request's.
 */
public interface RateLimitRule {

  /**
   * Who is asking; requests with the same key share their quota. Never kept as it is. Empty: as
   * {@link RateLimited#by} says.
   */
  default Optional<String> key(ContainerRequestContext request) {
    return Optional.empty();
  }

  /** The limits for this request, one subscriber's for instance. Empty: the declared ones. */
  default List<Limit> limits(ContainerRequestContext request) {
    return List.of();
  }

  /**
   * How much this request uses, at least 1; more than a limit is always refused. Empty: the
   * declared cost.
   */
  default OptionalInt cost(ContainerRequestContext request) {
    return OptionalInt.empty();
  }

  /** Whether this request neither counts nor is limited by this declaration. */
  default boolean exempt(ContainerRequestContext request) {
    return false;
  }
}
