package dev.sluice.cache;

import dev.sluice.cache.CacheExchange.Bypassed;
import dev.sluice.cache.CacheExchange.Ended;
import dev.sluice.cache.CacheExchange.Filling;
import dev.sluice.cache.CacheExchange.NotCached;
import dev.sluice.cache.CacheExchange.Pending;
import dev.sluice.cache.CacheExchange.Served;
import dev.sluice.cache.store.CacheEntry;
import dev.sluice.cache.store.Fill;
import dev.sluice.cache.store.Header;
import dev.sluice.cache.store.Lifetime;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cache of responses of one resource method, seen from the request: serves the entry that
 * {@link ResponseCache} found, or stores the method's response. It is the first response filter, so
 * that an entry holds no other feature's fields, and later filters see the finished response.
 */
class CacheFilter implements ContainerRequestFilter, ContainerResponseFilter {

  static final String EXCHANGE = CacheExchange.class.getName();
  private static final String CACHE_STATUS = "Cache-Status";

  private final CacheDeclaration declaration;
  private final CurrentExchange current;
  private final ResponseRecorder recorder;
  private final ServletCookies cookies;
  private final UnmanagedInstances unmanaged;
  private final Conditions conditions;

  CacheFilter(
      CacheDeclaration declaration,
      CurrentExchange current,
      ResponseRecorder recorder,
      ServletCookies cookies,
      UnmanagedInstances unmanaged,
      Conditions conditions) {
    this.declaration = declaration;
    this.conditions = conditions;
    this.unmanaged = unmanaged;
    this.current = current;
    this.recorder = recorder;
    this.cookies = cookies;
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
    if (state instanceof Served served) {
      serve(served, request, response);
    } else if (state instanceof NotCached) {
      ResponseReplayer.send(
          Problem.of(504, "Only a cached response was asked for, and there is none."), response);
      addStatus(response, "detail=only-if-cached");
    } else if (state instanceof Bypassed bypassed) {
      bypass(bypassed, response);
    } else if (state instanceof Filling filling) {
      exchange.become(new Ended());
      fill(exchange, filling, response);
    } else if (state instanceof Pending && response.getStatus() < 300) {
      unmanaged.report(declaration);
      addStatus(response, "fwd=bypass; detail=not-a-bean");
    }
    exchange.sent(
        response.getStringHeaders().getOrDefault(HttpHeaders.VARY, List.of()),
        response.getHeaderString(HttpHeaders.CACHE_CONTROL));
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

  private void bypass(Bypassed bypassed, ContainerResponseContext response) {
    if (declaration.terms().audience() != Audience.EVERYONE) {
      varyByRequester(response);
      makePrivate(response);
    }
    addStatus(response, "fwd=bypass; detail=" + bypassed.reason());
  }

  /** Tells other caches that responses of this method differ by who asks. */
  private static void varyByRequester(ContainerResponseContext response) {
    response.getHeaders().add(HttpHeaders.VARY, "Authorization, Cookie");
  }

  private static void makePrivate(ContainerResponseContext response) {
    response.getHeaders().putIfAbsent(HttpHeaders.CACHE_CONTROL, List.of("private"));
  }

  private void fill(CacheExchange exchange, Filling filling, ContainerResponseContext response) {
    String outcome;
    try {
      outcome = store(exchange, filling, response);
    } catch (IOException | RuntimeException | Error e) {
      filling.fill().abandon("encoding"); // the server encodes it itself, and reports the error
      outcome = "detail=encoding";
    }
    addStatus(response, "fwd=" + filling.forward() + "; " + outcome);
  }

  /** Stores the response, or says why not and leaves it as it is. */
  private String store(CacheExchange exchange, Filling filling, ContainerResponseContext response)
      throws IOException {
    if (response.getStatus() >= 500) {
      return fail(exchange, filling, response);
    }
    Optional<String> refusal =
        refusal(exchange, response).or(() -> policy(exchange, filling, response).refusal());
    if (refusal.isPresent()) {
      return leave(filling, response, refusal.get());
    }
    BodyBuffer body = recorder.body(response);
    if (body.isTooLarge()) {
      filling.fill().abandonTooLarge();
      return leave(filling, response, "too-large");
    }
    StoragePolicy written = policy(exchange, filling, response); // writers may set fields
    refusal =
        written
            .refusal()
            .or(() -> unnegotiated(filling, response))
            .or(() -> foreign(exchange, written));
    if (refusal.isPresent()) {
      return leave(filling, response, refusal.get());
    }
    return store(exchange, filling.fill(), written, body.toByteArray(), response);
  }

  /** Ends the fill with the response for all callers that wait for it, or for this one alone. */
  private String fail(CacheExchange exchange, Filling filling, ContainerResponseContext response)
      throws IOException {
    Fill fill = filling.fill();
    boolean shared = fill.closeToWaiters() && isShareable(exchange, filling, response);
    keepApart(response);
    BodyBuffer body = shared ? recorder.body(response) : new BodyBuffer(0);
    if (shared && !body.isTooLarge()) {
      StoragePolicy policy = policy(exchange, filling, response);
      byte[] bytes = body.toByteArray();
      exchange.recorded(response.getEntity(), bytes);
      Lifetime none = Lifetime.from(policy.now(), Duration.ZERO, Duration.ZERO, Duration.ZERO);
      fill.fail(
          "server-error",
          new CacheEntry(policy.status(), StoredHeaders.own(policy), bytes, none, Map.of()));
    } else {
      fill.fail("server-error");
    }
    return "detail=server-error";
  }

  private boolean isShareable(
      CacheExchange exchange, Filling filling, ContainerResponseContext response) {
    StoragePolicy policy = policy(exchange, filling, response);
    return oneTime(response).isEmpty()
        && !policy.isPersonal()
        && foreign(exchange, policy).isEmpty();
  }

  private static String store(
      CacheExchange exchange,
      Fill fill,
      StoragePolicy policy,
      byte[] body,
      ContainerResponseContext response) {
    List<Header> headers = StoredHeaders.complete(policy, body);
    CacheEntry entry = new CacheEntry(policy.status(), headers, body, policy.lifetime(), Map.of());
    exchange.recorded(response.getEntity(), body);
    String outcome = storeAfter(exchange.transaction(), fill, entry);
    ResponseReplayer.complete(entry, exchange.request(), response);
    return outcome;
  }

  private static String storeAfter(TransactionOutcome transaction, Fill fill, CacheEntry entry) {
    if (transaction.isCommitted()) {
      return fill.store(entry) ? "stored" : "detail=not-stored";
    }
    String outcome = transaction.isPending() ? "detail=transaction" : "detail=rolled-back";
    transaction.then(() -> fill.store(entry), () -> fill.abandon("rolled-back"));
    return outcome;
  }

  private String leave(Filling filling, ContainerResponseContext response, String reason) {
    keepApart(response);
    filling.fill().abandon(reason);
    return "detail=" + reason;
  }

  /** Keeps other caches from serving a response that is not stored here to other clients. */
  private void keepApart(ContainerResponseContext response) {
    Audience audience = declaration.terms().audience();
    if (audience != Audience.EVERYONE) {
      varyByRequester(response);
    }
    if (audience == Audience.PRINCIPAL) {
      makePrivate(response);
    }
  }

  private StoragePolicy policy(
      CacheExchange exchange, Filling filling, ContainerResponseContext response) {
    return new StoragePolicy(
        declaration,
        response.getStatus(),
        ResponseRecorder.headers(exchange.request(), response),
        filling.fill().now(),
        declaration.terms().earlier());
  }

  private Optional<String> refusal(CacheExchange exchange, ContainerResponseContext response) {
    if (!isOfTheMethod(exchange, response)) {
      return Optional.of("replaced");
    }
    return conditions.stores(declaration, exchange.result().orElse(null))
        ? oneTime(response)
        : Optional.of("condition");
  }

  /** Why the response can be sent only once, or to one client only. */
  private Optional<String> oneTime(ContainerResponseContext response) {
    if (StoragePolicy.isStream(response.getEntity())) {
      return Optional.of("stream");
    }
    if (!response.getCookies().isEmpty() || cookies.areSet()) {
      return Optional.of("set-cookie");
    }
    return Optional.empty();
  }

  private static Optional<String> unnegotiated(Filling filling, ContainerResponseContext response) {
    return response.getEntity() == null
            || Negotiation.isMetBy(filling.mediaType(), response.getMediaType())
        ? Optional.empty()
        : Optional.of("negotiation");
  }

  /** A field names this host as the client does, who may have made the name up. */
  private Optional<String> foreign(CacheExchange exchange, StoragePolicy policy) {
    return !declaration.vary().contains("host")
            && ResponseRecorder.namesHost(policy.headers(), exchange.request())
        ? Optional.of("host")
        : Optional.empty();
  }

  /** Whether the response is what the method returned, and not mapped from an exception. */
  private boolean isOfTheMethod(CacheExchange exchange, ContainerResponseContext response) {
    Object result = exchange.result().orElse(null);
    if (result instanceof Response returned) {
      return returned.getStatus() == response.getStatus()
          && unwrapped(returned.getEntity()) == response.getEntity();
    }
    boolean same =
        declaration.method().getReturnType().isPrimitive() // boxed again on the way
            ? Objects.equals(result, response.getEntity())
            : unwrapped(result) == response.getEntity();
    return same && response.getStatus() < 300;
  }

  private static @Nullable Object unwrapped(@Nullable Object entity) {
    return entity instanceof GenericEntity<?> generic ? generic.getEntity() : entity;
  }

  /** Adds a member to Cache-Status (RFC 9211). */
  private static void addStatus(ContainerResponseContext response, String parameters) {
    MultivaluedMap<String, Object> headers = response.getHeaders();
    headers.add(CACHE_STATUS, "sluice; " + parameters);
  }
}
