package dev.sluice.cache;

import dev.sluice.cache.CacheExchange.Answered;
import dev.sluice.cache.CacheExchange.Bypassed;
import dev.sluice.cache.CacheExchange.Failed;
import dev.sluice.cache.CacheExchange.Filling;
import dev.sluice.cache.CacheExchange.Unanswerable;
import dev.sluice.cache.store.CoalescingCache;
import dev.sluice.cache.store.EntryKey;
import dev.sluice.cache.store.Fill;
import dev.sluice.cache.store.Lookup;
import dev.sluice.cache.store.Lookup.Hit;
import dev.sluice.cache.store.Lookup.Miss;
import dev.sluice.cache.store.LookupRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.interceptor.InvocationContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The method's side of a cached answer: spares the method where there is an entry, else lets it run
 * and leaves it to {@link CacheFilter} to store what it answers.
 */
@ApplicationScoped
class ResponseCache {

  @Inject private Caches caches;

  @Nullable Object call(CacheExchange exchange, InvocationContext call) throws Exception {
    CacheDeclaration declaration = exchange.declaration();
    RequestDirectives directives = directives(exchange.request());
    Requester requester = Requester.of(exchange.request());
    if (requester.isApartFrom(declaration.terms().audience())) {
      return passBy(exchange, call, directives, "audience");
    }
    String negotiated = Negotiation.of(declaration, exchange.request());
    LookupRequest wanted;
    try {
      wanted =
          new LookupRequest(
              new EntryKey(
                  declaration.name(),
                  caches.base(declaration, call),
                  variant(exchange, negotiated, requester)),
              declaration.tags(call.getTarget(), call.getParameters()),
              declaration.life(),
              directives);
    } catch (IllegalArgumentException e) {
      return passBy(exchange, call, directives, "key");
    }
    return call(exchange, call, negotiated, directives, wanted);
  }

  /** The cache has nothing for this request, and nothing to do with its answer. */
  private static @Nullable Object passBy(
      CacheExchange exchange, InvocationContext call, RequestDirectives directives, String reason)
      throws Exception {
    if (directives.isOnlyIfCached()) {
      exchange.become(new Unanswerable());
      return exchange.declaration().emptyValue();
    }
    exchange.become(new Bypassed(reason));
    return call.proceed();
  }

  private static String variant(CacheExchange exchange, String negotiated, Requester requester) {
    CacheDeclaration declaration = exchange.declaration();
    List<Object> variant = new ArrayList<>(List.of(declaration.id(), negotiated));
    for (String field : declaration.terms().vary()) {
      variant.add(
          Optional.ofNullable(exchange.request().getHeaderString(field)).map(String::strip));
    }
    if (declaration.terms().audience() == Audience.PRINCIPAL) {
      variant.add(requester.name());
    }
    return CacheKeys.hash(variant);
  }

  private @Nullable Object call(
      CacheExchange exchange,
      InvocationContext call,
      String negotiated,
      RequestDirectives directives,
      LookupRequest wanted)
      throws Exception {
    CoalescingCache tiers = caches.tiers();
    if (directives.isOnlyIfCached() || directives.isNoStore()) {
      Optional<Hit> hit = tiers.peek(wanted);
      if (hit.isEmpty() && !directives.isOnlyIfCached()) {
        return passBy(exchange, call, directives, "no-store");
      }
      exchange.become(hit.<CacheExchange.State>map(this::answered).orElse(new Unanswerable()));
      return exchange.declaration().emptyValue();
    }
    Lookup lookup = directives.isNoCache() ? tiers.refresh(wanted) : tiers.lookup(wanted);
    if (lookup instanceof Hit hit) {
      exchange.become(answered(hit));
      return exchange.declaration().emptyValue();
    }
    Fill fill = ((Miss) lookup).fill();
    exchange.become(new Filling(fill, negotiated, forward(directives, fill)));
    return compute(exchange, call, fill);
  }

  private static String forward(RequestDirectives directives, Fill fill) {
    if (directives.isNoCache()) {
      return "request";
    }
    return fill.known().isEmpty()
        ? "miss"
        : directives.equals(RequestDirectives.NONE) ? "stale" : "request";
  }

  @SuppressWarnings("FutureReturnValueIgnored") // returned to whoever called the method
  private @Nullable Object compute(CacheExchange exchange, InvocationContext call, Fill fill)
      throws Exception {
    Object result;
    try {
      result = call.proceed();
    } catch (Exception | Error e) {
      if (failed(exchange, fill, "exception")) {
        return exchange.declaration().emptyValue();
      }
      throw e;
    }
    if (!(result instanceof CompletionStage<?> stage)) {
      return returned(exchange, fill, result) ? result : exchange.declaration().emptyValue();
    }
    exchange.goesOn();
    CompletableFuture<Object> end = new CompletableFuture<>();
    stage.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            end.complete(returned(exchange, fill, value) ? value : null);
          } else if (failed(exchange, fill, "exception")) {
            end.complete(null);
          } else {
            end.completeExceptionally(failure);
          }
        });
    return end;
  }

  /** Whether it is this value that is answered with. */
  private boolean returned(CacheExchange exchange, Fill fill, @Nullable Object value) {
    exchange.returned(value);
    return !(value instanceof Response response && response.getStatus() >= 500)
        || !isReplaced(exchange, fill);
  }

  private boolean isReplaced(CacheExchange exchange, Fill fill) {
    return fill.staleIfError().isPresent() && failed(exchange, fill, "server-error");
  }

  /** Whether a stale entry stands in for what failed. */
  private boolean failed(CacheExchange exchange, Fill fill, String reason) {
    Optional<Hit> stale = fill.staleIfError();
    exchange.become(
        stale
            .<CacheExchange.State>map(hit -> new Answered(hit, "fwd=stale; detail=stale-if-error"))
            .orElse(new Failed()));
    fill.abandon(reason);
    return stale.isPresent();
  }

  private Answered answered(Hit hit) {
    long ttl = hit.entry().lifetime().fresh().getEpochSecond() - hit.now().getEpochSecond();
    return new Answered(
        hit,
        switch (hit.how()) {
          case LOCAL -> "hit; ttl=" + ttl + "; detail=local";
          case REDIS -> "hit; ttl=" + ttl + "; detail=redis";
          case STALE -> "hit; ttl=" + ttl + "; detail=stale";
          case COLLAPSED -> "fwd=miss; collapsed";
        });
  }

  private RequestDirectives directives(ContainerRequestContext request) {
    RequestDirectives all =
        RequestDirectives.parse(
            request.getHeaders().getOrDefault(HttpHeaders.CACHE_CONTROL, List.of()),
            request.getHeaders().getOrDefault("Pragma", List.of()));
    return caches.settings().honorRequestDirectives() ? all : all.withoutThoseThatMakeWork();
  }
}
