package dev.sluice.cache;

import dev.sluice.cache.CacheExchange.Bypassed;
import dev.sluice.cache.CacheExchange.Decision;
import dev.sluice.cache.CacheExchange.Filling;
import dev.sluice.cache.CacheExchange.NotCached;
import dev.sluice.cache.CacheExchange.Served;
import dev.sluice.cache.store.CacheEntry;
import dev.sluice.cache.store.Lookup;
import dev.sluice.http.Problem;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;

/**
 * The cache of responses of one resource method, seen from the request. It is the last request
 * filter, after authentication and limits, and ends the request where an entry is found by then. It
 * is the first response filter, so that an entry holds no other feature's fields, and later filters
 * see the finished response.
 */
class CacheFilter implements ContainerRequestFilter, ContainerResponseFilter {

  static final String EXCHANGE = CacheExchange.class.getName();
  private static final String CACHE_STATUS = "Cache-Status";

  private final CacheDeclaration declaration;
  private final ResponseCache cache;
  private final CurrentExchange current;
  private final ResponseStorage storage;
  private final UnmanagedInstances unmanaged;

  CacheFilter(
      CacheDeclaration declaration,
      ResponseCache cache,
      CurrentExchange current,
      ResponseStorage storage,
      UnmanagedInstances unmanaged) {
    this.declaration = declaration;
    this.cache = cache;
    this.current = current;
    this.storage = storage;
    this.unmanaged = unmanaged;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    CacheExchange exchange = new CacheExchange(declaration, request, storage.inBackground());
    request.setProperty(EXCHANGE, exchange);
    cache.open(exchange);
    if (exchange.isComplete()) {
      request.abortWith(Response.noContent().build()); // the response filter makes it the entry
    } else {
      current.begin(exchange);
    }
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (!(request.getProperty(EXCHANGE) instanceof CacheExchange exchange)) {
      return;
    }
    Optional<Decision> decision = exchange.decision();
    if (!exchange.isComplete() && !exchange.isCalled() && response.getStatus() < 300) {
      leaveUnmanaged(exchange, response);
    } else if (decision.isPresent()) {
      complete(exchange, decision.get(), response);
    }
    exchange.sent(
        response.getStringHeaders().getOrDefault(HttpHeaders.VARY, List.of()),
        response.getHeaderString(HttpHeaders.CACHE_CONTROL));
  }

  private void complete(
      CacheExchange exchange, Decision decision, ContainerResponseContext response) {
    if (decision instanceof Served served) {
      serve(served, exchange.request(), response);
    } else if (decision instanceof NotCached) {
      ResponseReplayer.send(
          Problem.of(504, "Only a cached response was asked for, and there is none."), response);
      addStatus(response, "detail=only-if-cached");
    } else if (decision instanceof Bypassed bypassed) {
      Unstored.makePersonal(declaration, response);
      addStatus(response, "fwd=bypass; detail=" + bypassed.reason());
    } else if (decision instanceof Filling filling) {
      addStatus(response, storage.fill(exchange, filling, response));
    }
  }

  private static void serve(
      Served served, ContainerRequestContext request, ContainerResponseContext response) {
    CacheEntry entry = served.hit().entry();
    ResponseReplayer.send(entry, request, response);
    if (served.hit().source() != Lookup.Source.COLLAPSED) {
      response.getHeaders().putSingle("Age", entry.lifetime().age(served.hit().now()).toSeconds());
    }
    addStatus(response, served.cacheStatus());
  }

  /** The method has run, and no interceptor with it. */
  private void leaveUnmanaged(CacheExchange exchange, ContainerResponseContext response) {
    exchange.close();
    unmanaged.report(declaration);
    addStatus(response, "fwd=bypass; detail=not-a-bean");
  }

  /** Adds a member to Cache-Status (RFC 9211). */
  private static void addStatus(ContainerResponseContext response, String parameters) {
    response.getHeaders().add(CACHE_STATUS, "sluice; " + parameters);
  }
}
