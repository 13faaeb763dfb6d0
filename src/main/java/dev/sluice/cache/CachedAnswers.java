package dev.sluice.cache;

import dev.sluice.cache.CacheExchange.Answered;
import dev.sluice.cache.CacheExchange.Bypassed;
import dev.sluice.cache.CacheExchange.Failed;
import dev.sluice.cache.CacheExchange.Filling;
import dev.sluice.cache.CacheExchange.Unanswerable;
import dev.sluice.cache.TieredCache.Hit;
import dev.sluice.cache.TieredCache.Miss;
import dev.sluice.cache.TieredCache.Wanted;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.interceptor.InvocationContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Variant;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The method's side of a cached answer: spares the method where there is an entry, else lets it run
 * and leaves it to {@link CacheFilter} to store what it answers.
 */
@ApplicationScoped
class CachedAnswers {

  private static final String ACCEPT = "accept ";

  /** A weight of 0, which not every server's negotiation heeds. */
  private static final Pattern REFUSING = Pattern.compile("(?i);\\s*q=0(\\.0*)?\\s*(,|;|$)");

  @Inject private Caches caches;

  @Nullable Object call(CacheExchange exchange, InvocationContext call) throws Exception {
    Optional<String> bypass = bypass(exchange);
    if (bypass.isPresent()) {
      exchange.become(new Bypassed(bypass.get()));
      return call.proceed();
    }
    String negotiated = negotiated(exchange);
    RequestDirectives directives = directives(exchange.request());
    Wanted wanted;
    try {
      wanted = wanted(exchange, call, negotiated, directives);
    } catch (IllegalArgumentException e) {
      exchange.become(new Bypassed("key"));
      return call.proceed();
    }
    return call(exchange, call, negotiated, directives, wanted);
  }

  private @Nullable Object call(
      CacheExchange exchange,
      InvocationContext call,
      String negotiated,
      RequestDirectives directives,
      Wanted wanted)
      throws Exception {
    TieredCache tiers = caches.tiers();
    if (directives.isOnlyIfCached() || directives.isNoStore()) {
      Optional<Hit> hit = tiers.peek(wanted);
      if (hit.isEmpty() && !directives.isOnlyIfCached()) {
        exchange.become(new Bypassed("no-store"));
        return call.proceed();
      }
      exchange.become(hit.<CacheExchange.State>map(this::answered).orElse(new Unanswerable()));
      return exchange.declaration().emptyValue();
    }
    TieredCache.Lookup lookup =
        directives.isNoCache() ? tiers.refresh(wanted) : tiers.lookup(wanted);
    if (lookup instanceof Hit hit) {
      exchange.become(answered(hit));
      return exchange.declaration().emptyValue();
    }
    TieredCache.Fill fill = ((Miss) lookup).fill();
    exchange.become(new Filling(fill, negotiated, forward(directives, fill)));
    return compute(exchange, call, fill);
  }

  private static String forward(RequestDirectives directives, TieredCache.Fill fill) {
    if (directives.isNoCache()) {
      return "request";
    }
    return fill.known().isEmpty()
        ? "miss"
        : directives.equals(RequestDirectives.NONE) ? "stale" : "request";
  }

  @SuppressWarnings("FutureReturnValueIgnored") // returned to whoever called the method
  private @Nullable Object compute(
      CacheExchange exchange, InvocationContext call, TieredCache.Fill fill) throws Exception {
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
  private boolean returned(CacheExchange exchange, TieredCache.Fill fill, @Nullable Object value) {
    exchange.returned(value);
    return !(value instanceof Response response && response.getStatus() >= 500)
        || !isReplaced(exchange, fill);
  }

  private boolean isReplaced(CacheExchange exchange, TieredCache.Fill fill) {
    return fill.staleIfError().isPresent() && failed(exchange, fill, "server-error");
  }

  /** Whether a stale entry stands in for what failed. */
  private boolean failed(CacheExchange exchange, TieredCache.Fill fill, String reason) {
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
          case NEAR -> "hit; ttl=" + ttl + "; detail=near";
          case FAR -> "hit; ttl=" + ttl + "; detail=far";
          case STALE -> "hit; ttl=" + ttl + "; detail=stale";
          case COLLAPSED -> "fwd=miss; collapsed";
        });
  }

  /** Why this request has to pass the cache by. */
  private static Optional<String> bypass(CacheExchange exchange) {
    ContainerRequestContext request = exchange.request();
    boolean authorization = request.getHeaderString(HttpHeaders.AUTHORIZATION) != null;
    boolean principal = principal(request).isPresent();
    boolean bypass =
        switch (exchange.declaration().terms().audience()) {
          case ANONYMOUS -> authorization || principal;
          case EVERYONE -> false;
          case PRINCIPAL -> authorization && !principal;
        };
    return bypass ? Optional.of("audience") : Optional.empty();
  }

  private static Optional<String> principal(ContainerRequestContext request) {
    return Optional.ofNullable(request.getSecurityContext())
        .map(security -> security.getUserPrincipal())
        .map(Principal::getName);
  }

  private RequestDirectives directives(ContainerRequestContext request) {
    RequestDirectives all =
        RequestDirectives.parse(
            request.getHeaders().getOrDefault(HttpHeaders.CACHE_CONTROL, List.of()),
            request.getHeaders().getOrDefault("Pragma", List.of()));
    return caches.settings().honorRequestDirectives() ? all : all.withoutThoseThatMakeWork();
  }

  private Wanted wanted(
      CacheExchange exchange, InvocationContext call, String negotiated, RequestDirectives demand) {
    CacheDeclaration declaration = exchange.declaration();
    ContainerRequestContext request = exchange.request();
    List<Object> variant = new ArrayList<>(List.of(declaration.id(), negotiated));
    for (String field : declaration.terms().vary()) {
      variant.add(Optional.ofNullable(request.getHeaderString(field)).map(String::strip));
    }
    if (declaration.terms().audience() == Audience.PRINCIPAL) {
      variant.add(principal(request));
    }
    return new Wanted(
        new EntryKey(declaration.name(), caches.base(declaration, call), CacheKeys.hash(variant)),
        declaration.tags(call.getTarget(), call.getParameters()),
        declaration.life(),
        demand);
  }

  /**
   * The media type that this request is for; where it cannot be known before there is an answer,
   * the request's {@code Accept}, which decides it.
   */
  private static String negotiated(CacheExchange exchange) {
    CacheDeclaration declaration = exchange.declaration();
    if (!declaration.negotiates()) {
      return "";
    }
    String accept = exchange.request().getHeaderString(HttpHeaders.ACCEPT);
    if (!declaration.choosesFromList() || (accept != null && REFUSING.matcher(accept).find())) {
      return ACCEPT + (accept == null ? "" : accept.toLowerCase(Locale.ROOT).replaceAll("\\s", ""));
    }
    Variant chosen =
        exchange
            .request()
            .getRequest()
            .selectVariant(
                declaration.produces().stream()
                    .map(type -> new Variant(MediaType.valueOf(type), (Locale) null, null))
                    .toList());
    return chosen == null ? ACCEPT : chosen.getMediaType().toString();
  }

  /** Whether an answer of this type is one that {@link #negotiated} stands for. */
  static boolean isAsNegotiated(String negotiated, @Nullable MediaType sent) {
    if (sent == null) {
      return false;
    }
    if (negotiated.isEmpty() || negotiated.startsWith(ACCEPT)) {
      return true;
    }
    MediaType wanted = MediaType.valueOf(negotiated);
    return wanted.getType().equalsIgnoreCase(sent.getType())
        && wanted.getSubtype().equalsIgnoreCase(sent.getSubtype());
  }
}
