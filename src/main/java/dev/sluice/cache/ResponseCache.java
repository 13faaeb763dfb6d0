package dev.sluice.cache;

import dev.sluice.cache.CacheExchange.Bypassed;
import dev.sluice.cache.CacheExchange.Ended;
import dev.sluice.cache.CacheExchange.Filling;
import dev.sluice.cache.CacheExchange.NotCached;
import dev.sluice.cache.CacheExchange.Served;
import dev.sluice.cache.store.CoalescingCache;
import dev.sluice.cache.store.Fill;
import dev.sluice.cache.store.Lookup;
import dev.sluice.cache.store.Lookup.Hit;
import dev.sluice.cache.store.LookupRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.interceptor.InvocationContext;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The cache of responses of resource methods, seen from the method: skips it where an entry can be
 * served, else calls it and leaves the storing of its response to {@link CacheFilter}.
 */
@ApplicationScoped
class ResponseCache {

  @Inject private CoalescingCache cache;
  @Inject private CacheSettings settings;
  @Inject private CacheKeyFactory keys;
  @Inject private Conditions conditions;
  @Inject private Transactions transactions;

  @Nullable Object call(CacheExchange exchange, InvocationContext call) throws Exception {
    CacheDeclaration declaration = exchange.declaration();
    RequestDirectives directives = directives(exchange.request());
    Requester requester = Requester.of(exchange.request());
    if (!requester.belongsTo(declaration.terms().audience())) {
      return bypass(exchange, call, directives, "audience");
    }
    if (!isKnownHost(exchange.request())) {
      return bypass(exchange, call, directives, "host");
    }
    MethodCall method = MethodCall.of(call, exchange.request());
    if (!conditions.applies(declaration, method)) {
      return bypass(exchange, call, directives, "condition");
    }
    String mediaType = Negotiation.of(declaration, exchange.request());
    LookupRequest request;
    try {
      request = request(exchange, method, mediaType, requester, directives);
    } catch (IllegalArgumentException e) {
      return bypass(exchange, call, directives, "key");
    }
    if (directives.isOnlyIfCached() || directives.isNoStore()) {
      return servedOnly(exchange, call, directives, request);
    }
    Lookup lookup = lookup(directives, request);
    if (lookup instanceof Hit hit) {
      return served(exchange, hit);
    } else if (lookup instanceof Lookup.Bypass bypass) {
      return bypass(exchange, call, directives, bypass.reason());
    } else if (lookup instanceof Lookup.Failed failed) {
      exchange.become(new Ended());
      return Failures.rethrown(declaration, failed.cause());
    }
    Fill fill = ((Lookup.Miss) lookup).fill();
    exchange.become(new Filling(fill, mediaType, forward(directives, fill)));
    return compute(exchange, call, fill);
  }

  private LookupRequest request(
      CacheExchange exchange,
      MethodCall method,
      String mediaType,
      Requester requester,
      RequestDirectives directives) {
    CacheDeclaration declaration = exchange.declaration();
    EntryAddress address =
        EntryAddress.of(
            declaration, keys.base(declaration, method), mediaType, exchange.request(), requester);
    return new LookupRequest(
        address.key(), address.tags(declaration.tags(method)), declaration.life(), directives);
  }

  /** Calls the method without the cache; not for clients who want a cached response or none. */
  private @Nullable Object bypass(
      CacheExchange exchange, InvocationContext call, RequestDirectives directives, String reason)
      throws Exception {
    if (directives.isOnlyIfCached()) {
      exchange.become(new NotCached());
      return exchange.declaration().emptyValue();
    }
    exchange.become(new Bypassed(reason));
    cache.counters(exchange.declaration().name()).bypassed(reason);
    return call.proceed();
  }

  /** Serves an entry if there is one, and stores nothing. */
  private @Nullable Object servedOnly(
      CacheExchange exchange,
      InvocationContext call,
      RequestDirectives directives,
      LookupRequest request)
      throws Exception {
    Optional<Hit> hit = cache.peek(request);
    return hit.isPresent()
        ? served(exchange, hit.get())
        : bypass(exchange, call, directives, "no-store");
  }

  private Lookup lookup(RequestDirectives directives, LookupRequest request) {
    if (directives.isNoCache()) {
      return cache.refresh(request);
    }
    return transactions.isActive() ? cache.lookupAlone(request) : cache.lookup(request);
  }

  private static String forward(RequestDirectives directives, Fill fill) {
    if (directives.isNoCache()) {
      return "request";
    }
    return fill.previous().isEmpty()
        ? "miss"
        : directives.equals(RequestDirectives.NONE) ? "stale" : "request";
  }

  @SuppressWarnings("FutureReturnValueIgnored") // returned to the caller of the method
  private static @Nullable Object compute(CacheExchange exchange, InvocationContext call, Fill fill)
      throws Exception {
    Object result;
    try {
      result = call.proceed();
    } catch (Exception | Error e) {
      if (isReplacedByStale(exchange, fill, e)) {
        return exchange.declaration().emptyValue();
      }
      throw e;
    }
    TransactionOutcome transaction = CachedTransactionInterceptor.outcome(call);
    if (!(result instanceof CompletionStage<?> stage)) {
      return isKept(exchange, fill, result, transaction)
          ? result
          : exchange.declaration().emptyValue();
    }
    exchange.becomesAsync();
    CompletableFuture<Object> end = new CompletableFuture<>();
    stage.whenComplete(
        (value, failure) -> {
          try {
            if (failure == null) {
              end.complete(isKept(exchange, fill, value, transaction) ? value : null);
            } else if (isReplacedByStale(exchange, fill, Failures.unwrapped(failure))) {
              end.complete(null);
            }
          } finally { // whatever the cache does, the caller gets what the method made
            if (failure == null) {
              end.complete(value);
            } else {
              end.completeExceptionally(failure);
            }
          }
        });
    return end;
  }

  /** Whether the method's result is the response; if not, a stale entry is served. */
  private static boolean isKept(
      CacheExchange exchange, Fill fill, @Nullable Object value, TransactionOutcome transaction) {
    exchange.returned(value, transaction);
    if (!(value instanceof Response response) || response.getStatus() < 500) {
      return true;
    }
    return !isReplacedByStale(exchange, fill, "server-error");
  }

  /** Whether a stale entry is served in place of the failure. */
  private static boolean isReplacedByStale(CacheExchange exchange, Fill fill, Throwable failure) {
    if (!(failure instanceof WebApplicationException response)) {
      exchange.become(new Ended());
      fill.fail(failure);
      return fill.staleIfError().filter(hit -> serve(exchange, hit)).isPresent();
    }
    if (response.getResponse().getStatus() >= 500) {
      return isReplacedByStale(exchange, fill, "exception");
    }
    exchange.become(new Ended());
    fill.abandon("exception"); // a response of the method, not a failure of the backend
    return false;
  }

  /**
   * Whether a stale entry is served in place of a response of 5xx. If not, the fill ends with that
   * response.
   */
  private static boolean isReplacedByStale(CacheExchange exchange, Fill fill, String reason) {
    Optional<Hit> stale = fill.staleIfError();
    if (stale.isPresent()) {
      fill.fail(reason);
      serve(exchange, stale.get());
    }
    return stale.isPresent();
  }

  private static boolean serve(CacheExchange exchange, Hit stale) {
    exchange.become(new Served(stale, "fwd=stale; detail=stale-if-error"));
    return true;
  }

  private static @Nullable Object served(CacheExchange exchange, Hit hit) {
    long ttl = hit.entry().lifetime().fresh().getEpochSecond() - hit.now().getEpochSecond();
    exchange.become(
        new Served(
            hit,
            hit.source() == Lookup.Source.COLLAPSED
                ? "fwd=miss; collapsed"
                : "hit; ttl=" + ttl + "; detail=" + detail(hit.source())));
    return exchange.declaration().emptyValue();
  }

  private static String detail(Lookup.Source source) {
    return source.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether the client names this host as it is configured; without configuration, always. */
  private boolean isKnownHost(ContainerRequestContext request) {
    Set<String> hosts = settings.hosts();
    String host = request.getHeaderString(HttpHeaders.HOST);
    return hosts.isEmpty() || (host != null && hosts.contains(host.toLowerCase(Locale.ROOT)));
  }

  private RequestDirectives directives(ContainerRequestContext request) {
    RequestDirectives all =
        RequestDirectives.parse(
            request.getHeaders().getOrDefault(HttpHeaders.CACHE_CONTROL, List.of()),
            request.getHeaders().getOrDefault("Pragma", List.of()));
    return settings.honorRequestDirectives() ? all : all.withoutThoseThatMakeWork();
  }
}
