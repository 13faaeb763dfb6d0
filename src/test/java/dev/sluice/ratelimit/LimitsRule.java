package dev.sluice.ratelimit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Takes everything from headers. */
@ApplicationScoped
public class LimitsRule implements RateLimitRule {

  @Override
  public Optional<String> key(ContainerRequestContext request) {
    return Optional.ofNullable(request.getHeaderString("X-Key"));
  }

  @Override
  public List<Limit> limits(ContainerRequestContext request) {
    return Optional.ofNullable(request.getHeaderString("X-Limits"))
        .map(Limit::parse)
        .orElse(List.of());
  }

  @Override
  public OptionalInt cost(ContainerRequestContext request) {
    String cost = request.getHeaderString("X-Cost");
    return cost == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(cost));
  }

  @Override
  public boolean exempt(ContainerRequestContext request) {
    return request.getHeaderString("X-Exempt") != null;
  }
}
