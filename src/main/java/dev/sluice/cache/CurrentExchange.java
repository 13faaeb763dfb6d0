package dev.sluice.cache;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Brings the exchange from the filter to the interceptor. */
@RequestScoped
class CurrentExchange {

  private @Nullable CacheExchange exchange;
  private boolean taken;

  void begin(CacheExchange begun) {
    exchange = begun;
    taken = false;
  }

  /** The exchange, for the call that Jakarta REST makes; not for others in the same request. */
  Optional<CacheExchange> take(CacheDeclaration declaration) {
    if (taken || exchange == null || !exchange.declaration().equals(declaration)) {
      return Optional.empty();
    }
    taken = true;
    return Optional.of(exchange);
  }

  @PreDestroy
  void end() {
    if (exchange != null) {
      exchange.over();
    }
  }
}
