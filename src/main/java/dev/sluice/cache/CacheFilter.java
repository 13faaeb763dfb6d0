package dev.sluice.cache;

import dev.sluice.cache.CacheExchange.Answered;
import dev.sluice.cache.CacheExchange.Bypassed;
import dev.sluice.cache.CacheExchange.Filling;
import dev.sluice.cache.CacheExchange.Unanswerable;
import dev.sluice.cache.store.CacheEntry;
import dev.sluice.cache.store.Lookup;
import dev.sluice.http.Problem;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.GenericEntity;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer's side of one cached resource method. Of all response filters it runs first, so that
 * an entry holds no other feature's fields, and those see the finished answer.
 */
class CacheFilter implements ContainerRequestFilter, ContainerResponseFilter {

  private static final String EXCHANGE = CacheExchange.class.getName();
  private static final String CACHE_STATUS = "Cache-Status";

  private final CacheDeclaration declaration;
  private final CurrentExchange current;
  private final ResponseRecorder reader;

  CacheFilter(CacheDeclaration declaration, CurrentExchange current, ResponseRecorder reader) {
    this.declaration = declaration;
    this.current = current;
    this.reader = reader;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    CacheExchange exchange = new CacheExchange(declaration, request);
    request.setProperty(EXCHANGE, exchange);
    current.begin(exchange);
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (!(request.getProperty(EXCHANGE) instanceof CacheExchange exchange)) {
      return;
    }
    CacheExchange.State state = exchange.state();
    if (state instanceof Answered answered) {
      ResponseReplayer.send(answered.hit().entry(), request, response);
      if (answered.hit().how() != Lookup.How.COLLAPSED) {
        long age = answered.hit().entry().lifetime().age(answered.hit().now()).toSeconds();
        response.getHeaders().putSingle("Age", age);
      }
      status(response, answered.cacheStatus());
    } else if (state instanceof Unanswerable) {
      ResponseReplayer.send(
          Problem.of(504, "Only a cached answer was asked for, and there is none."), response);
      status(response, "detail=only-if-cached");
    } else if (state instanceof Bypassed bypassed) {
      bypass(bypassed, response);
    } else if (state instanceof Filling filling) {
      exchange.become(new CacheExchange.Untouched());
      fill(exchange, filling, response);
    }
  }

  private void bypass(Bypassed bypassed, ContainerResponseContext response) {
    if (declaration.terms().audience() != Audience.EVERYONE) {
      keepApart(response, true);
    }
    status(response, "fwd=bypass; detail=" + bypassed.reason());
  }

  /** Caches on the way have to tell it from what others are answered with. */
  private static void keepApart(ContainerResponseContext response, boolean isForOne) {
    MultivaluedMap<String, Object> headers = response.getHeaders();
    headers.add(HttpHeaders.VARY, "Authorization, Cookie");
    if (isForOne && !headers.containsKey(HttpHeaders.CACHE_CONTROL)) {
      headers.putSingle(HttpHeaders.CACHE_CONTROL, "private");
    }
  }

  private void fill(CacheExchange exchange, Filling filling, ContainerResponseContext response) {
    String outcome;
    try {
      outcome = store(exchange, filling, response);
    } catch (IOException | RuntimeException e) {
      filling.fill().abandon("encoding"); // the server, which will try again, says what is wrong
      outcome = "detail=encoding";
    }
    status(response, "fwd=" + filling.forward() + "; " + outcome);
  }

  /** Stores and sends the answer; or leaves it as it is, and says why. */
  private String store(CacheExchange exchange, Filling filling, ContainerResponseContext response)
      throws IOException {
    StoragePolicy answer =
        new StoragePolicy(
            declaration,
            response.getStatus(),
            ResponseRecorder.headers(exchange.request(), response),
            filling.fill().now());
    Optional<String> refusal = refusal(exchange, filling, answer, response);
    if (refusal.isPresent()) {
      return leave(filling, response, refusal.get());
    }
    BodyBuffer body = reader.body(response);
    if (body.isTooLarge()) {
      return leave(filling, response, "too-large");
    }
    CacheEntry made =
        new CacheEntry(
            answer.status(),
            StoredHeaders.complete(answer, body.toByteArray()),
            body.toByteArray(),
            answer.lifetime(),
            Map.of());
    boolean stored = filling.fill().store(made);
    ResponseReplayer.send(made, exchange.request(), response);
    return stored ? "stored" : "detail=not-stored";
  }

  private String leave(Filling filling, ContainerResponseContext response, String reason) {
    Audience audience = declaration.terms().audience();
    if (audience != Audience.EVERYONE) {
      keepApart(response, audience == Audience.PRINCIPAL);
    }
    filling.fill().abandon(reason);
    return "detail=" + reason;
  }

  private Optional<String> refusal(
      CacheExchange exchange,
      Filling filling,
      StoragePolicy answer,
      ContainerResponseContext response) {
    if (!isOfTheMethod(exchange, response)) {
      return Optional.of("replaced");
    }
    if (StoragePolicy.isStream(response.getEntity())) {
      return Optional.of("stream");
    }
    if (!response.getCookies().isEmpty()) {
      return Optional.of("set-cookie");
    }
    Optional<String> refusal = answer.refusal();
    if (refusal.isPresent() || response.getEntity() == null) {
      return refusal;
    }
    return Negotiation.isKept(filling.variant(), response.getMediaType())
        ? Optional.empty()
        : Optional.of("negotiation");
  }

  /** Whether the answer is what the method returned, not what an exception was mapped to. */
  private boolean isOfTheMethod(CacheExchange exchange, ContainerResponseContext response) {
    Object result = exchange.result().orElse(null);
    if (result instanceof Response made) {
      return made.getStatus() == response.getStatus()
          && unwrapped(made.getEntity()) == response.getEntity();
    }
    boolean same =
        declaration.method().getReturnType().isPrimitive() // boxed anew on the way
            ? Objects.equals(result, response.getEntity())
            : unwrapped(result) == response.getEntity();
    return same && response.getStatus() < 300;
  }

  private static @Nullable Object unwrapped(@Nullable Object entity) {
    return entity instanceof GenericEntity<?> generic ? generic.getEntity() : entity;
  }

  /** RFC 9211. */
  private static void status(ContainerResponseContext response, String what) {
    response.getHeaders().add(CACHE_STATUS, "sluice; " + what);
  }
}
