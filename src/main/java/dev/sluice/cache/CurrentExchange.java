package dev.sluice.cache;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Passes the exchange of a request from the filter to the interceptor. */
@RequestScoped
class CurrentExchange {

  private @Nullable CacheExchange exchange;
  private boolean taken;

  void begin(CacheExchange begun) {
    exchange = begun;
    taken = false;
  }

  /** The exchange, for the call by Jakarta REST; empty for further calls in the same request. */
  Optional<CacheExchange> take(CacheDeclaration declaration) {
    if (taken || exchange == null || !exchange.declaration().equals(declaration)) {
      return Optional.empty();
    }
    taken = true;
    return Optional.of(exchange);
  }

  @PreDestroy
  void close() {
    if (exchange != null) {
      exchange.close();
    }
  }
}
