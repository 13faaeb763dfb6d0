package dev.sluice.cache;

import dev.sluice.cache.CacheExchange.Bypassed;
import dev.sluice.cache.CacheExchange.Decision;
import dev.sluice.cache.CacheExchange.Due;
import dev.sluice.cache.CacheExchange.Failed;
import dev.sluice.cache.CacheExchange.Filling;
import dev.sluice.cache.CacheExchange.NotCached;
import dev.sluice.cache.CacheExchange.Result;
import dev.sluice.cache.CacheExchange.Served;
import dev.sluice.cache.KnownKeys.KnownKey;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The cache of responses of resource methods. It decides about a request in {@link #open}, before
 * the method is called, where the key is known from the request; else in {@link #call}, when the
 * method has its arguments. It leaves the storing of the method's response to {@link
 * ResponseStorage}.
 */
@ApplicationScoped
class ResponseCache {

  @Inject private CoalescingCache cache;
  @Inject private CacheSettings settings;
  @Inject private CacheKeyFactory keys;
  @Inject private KnownKeys known;
  @Inject private EdgeCache edge;
  @Inject private Conditions conditions;
  @Inject private Transactions transactions;
  @Inject private BackgroundRefresh refresh;

  /** Decides about a request whose client may not share entries, or whose key is known. */
  void open(CacheExchange exchange) {
    CacheDeclaration declaration = exchange.declaration();
    ContainerRequestContext request = exchange.request();
    Requester requester = Requester.of(request);
    if (!requester.belongsTo(declaration.terms().audience())) {
      bypass(exchange, "audience");
    } else if (!settings.isKnownHost(request.getHeaderString(HttpHeaders.HOST))) {
      bypass(exchange, "host");
    } else {
      Selection selection = Selection.of(declaration, request, requester);
      exchange.select(selection);
      known.find(declaration, selection, request).ifPresent(key -> open(exchange, key));
    }
  }

  private void open(CacheExchange exchange, KnownKey key) {
    exchange.decide(decision(exchange, key));
    if (exchange.isComplete()) {
      edge.learn(exchange, key.key());
    }
  }

  /** Serves a call of the method. */
  @Nullable Object call(CacheExchange exchange, InvocationContext call) throws Exception {
    exchange.becomesCalled();
    if (exchange.decision().isEmpty()) {
      decide(exchange, MethodCall.of(call, exchange.request()));
    }
    Decision decision = exchange.decision().orElseThrow();
    if (decision instanceof Due due) {
      return serveAhead(exchange, call, due);
    } else if (decision instanceof Filling filling) {
      return servesMeanwhile(exchange, call, filling.fill())
          ? exchange.declaration().emptyValue()
          : compute(exchange, call, filling.fill());
    } else if (decision instanceof Failed failed) {
      return Failures.rethrown(exchange.declaration(), failed.cause());
    }
    return decision instanceof Bypassed ? call.proceed() : exchange.declaration().emptyValue();
  }

  /** Serves the entry, and has it computed in the background where that is possible. */
  private @Nullable Object serveAhead(CacheExchange exchange, InvocationContext call, Due due) {
    exchange.decide(served(due.hit()));
    if (!refresh.start(exchange.declaration(), call, due.fill(), exchange.inBackground())) {
      due.fill().release();
    }
    return exchange.declaration().emptyValue();
  }

  /** Whether a stale entry is served while the method runs in the background. */
  private boolean servesMeanwhile(CacheExchange exchange, InvocationContext call, Fill fill) {
    Optional<Hit> stale =
        fill.staleWhileRevalidating()
            .filter(
                hit -> refresh.start(exchange.declaration(), call, fill, exchange.inBackground()));
    stale.ifPresent(hit -> exchange.decide(served(hit)));
    return stale.isPresent();
  }

  private void decide(CacheExchange exchange, MethodCall call) {
    CacheDeclaration declaration = exchange.declaration();
    Selection selection = exchange.selection();
    if (!conditions.applies(declaration, call)) {
      bypass(exchange, "condition");
      return;
    }
    KnownKey key;
    try {
      EntryAddress address = EntryAddress.of(declaration, keys.base(declaration, call), selection);
      key =
          new KnownKey(
              address.key(),
              address.tags(declaration.tags(call)),
              settings.groups() ? declaration.tagTexts(call) : List.of());
    } catch (IllegalArgumentException e) {
      bypass(exchange, "key");
      return;
    }
    known.learn(declaration, selection, exchange.request(), key);
    exchange.decide(decision(exchange, key));
  }

  /** Lets the method run without the cache; not for clients who want a cached response or none. */
  private void bypass(CacheExchange exchange, String reason) {
    if (directives(exchange.request()).isOnlyIfCached()) {
      exchange.decide(new NotCached());
    } else {
      cache.counters(exchange.declaration().name()).bypassed(reason);
      exchange.decide(new Bypassed(reason));
    }
  }

  private Decision decision(CacheExchange exchange, KnownKey key) {
    RequestDirectives directives = directives(exchange.request());
    LookupRequest request = exchange.declaration().request(key.key(), key.tags(), directives);
    if (directives.isOnlyIfCached() || directives.isNoStore()) {
      return servedOnly(exchange, directives, request);
    }
    Lookup lookup = lookup(directives, request);
    if (lookup instanceof Hit hit) {
      return served(hit);
    } else if (lookup instanceof Lookup.Miss miss) {
      return new Filling(
          miss.fill(),
          exchange.selection().mediaType(),
          forward(directives, miss.fill()),
          key.groups());
    } else if (lookup instanceof Lookup.Due due) {
      return new Due(due.hit(), due.fill());
    } else if (lookup instanceof Lookup.Failed failed) {
      return new Failed(failed.cause());
    }
    String reason = ((Lookup.Bypass) lookup).reason();
    cache.counters(exchange.declaration().name()).bypassed(reason);
    return new Bypassed(reason);
  }

  /** Serves an entry if there is one, and stores nothing. */
  private Decision servedOnly(
      CacheExchange exchange, RequestDirectives directives, LookupRequest request) {
    Optional<Hit> hit = cache.peek(request);
    if (hit.isPresent()) {
      return served(hit.get());
    } else if (directives.isOnlyIfCached()) {
      return new NotCached();
    }
    cache.counters(exchange.declaration().name()).bypassed("no-store");
    return new Bypassed("no-store");
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
      return isKept(exchange, fill, result(exchange, call, result, transaction))
          ? result
          : exchange.declaration().emptyValue();
    }
    exchange.becomesAsync();
    CompletableFuture<Object> end = new CompletableFuture<>();
    stage.whenComplete(
        (value, failure) -> {
          try {
            if (failure == null) {
              end.complete(
                  isKept(exchange, fill, result(exchange, call, value, transaction))
                      ? value
                      : null);
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

  private static Result result(
      CacheExchange exchange,
      InvocationContext call,
      @Nullable Object value,
      TransactionOutcome transaction) {
    CacheDeclaration declaration = exchange.declaration();
    MethodCall arguments = MethodCall.of(call, exchange.request());
    return new Result(
        value, transaction, declaration.resultTags().of(declaration.inputs(), arguments, value));
  }

  /** Whether the method's result is the response; if not, a stale entry is served. */
  private static boolean isKept(CacheExchange exchange, Fill fill, Result result) {
    exchange.returned(result);
    return !(result.value() instanceof Response response)
        || response.getStatus() < 500
        || !isReplacedByStale(exchange, fill, "server-error");
  }

  /** Whether a stale entry is served in place of the failure. */
  private static boolean isReplacedByStale(CacheExchange exchange, Fill fill, Throwable failure) {
    if (!(failure instanceof WebApplicationException response)) {
      fill.fail(failure);
      return fill.staleIfError().filter(hit -> serve(exchange, hit)).isPresent();
    }
    if (response.getResponse().getStatus() >= 500) {
      return isReplacedByStale(exchange, fill, "exception");
    }
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
    exchange.decide(new Served(stale, "fwd=stale; detail=stale-if-error"));
    return true;
  }

  static Served served(Hit hit) {
    long ttl = hit.entry().lifetime().fresh().getEpochSecond() - hit.now().getEpochSecond();
    return new Served(
        hit,
        hit.source() == Lookup.Source.COLLAPSED
            ? "fwd=miss; collapsed"
            : "hit; ttl=" + ttl + "; detail=" + detail(hit.source()));
  }

  private static String detail(Lookup.Source source) {
    return source.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private RequestDirectives directives(ContainerRequestContext request) {
    RequestDirectives all =
        RequestDirectives.parse(
            request.getHeaders().getOrDefault(HttpHeaders.CACHE_CONTROL, List.of()),
            request.getHeaders().getOrDefault("Pragma", List.of()));
    return settings.honorRequestDirectives() ? all : all.withoutThoseThatMakeWork();
  }
}
