package dev.sluice.cache;

import dev.sluice.cache.CacheExchange.Filling;
import dev.sluice.cache.CacheExchange.Result;
import dev.sluice.cache.store.CacheEntry;
import dev.sluice.cache.store.Fill;
import dev.sluice.cache.store.Header;
import dev.sluice.cache.store.Lifetime;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.GenericEntity;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stores the responses of one resource method, or decides that one is not stored and ends its fill.
 * The response is then complete for its client.
 */
final class ResponseStorage {

  private final CacheDeclaration declaration;
  private final ResponseRecorder recorder;
  private final ServletCookies cookies;
  private final Conditions conditions;
  private final CacheSettings settings;
  private final BackgroundRefresh.Computation inBackground;

  ResponseStorage(
      CacheDeclaration declaration,
      ResponseRecorder recorder,
      ServletCookies cookies,
      Conditions conditions,
      CacheSettings settings) {
    this.declaration = declaration;
    this.recorder = recorder;
    this.cookies = cookies;
    this.conditions = conditions;
    this.settings = settings;
    this.inBackground =
        new BackgroundResponse(declaration, recorder, conditions, settings.groups());
  }

  /** Ends the fill with the method's response. Returns the parameters of Cache-Status. */
  String fill(CacheExchange exchange, Filling filling, ContainerResponseContext response) {
    String outcome;
    try {
      outcome = store(exchange, filling, response);
    } catch (IOException | RuntimeException | Error e) {
      filling.fill().abandon("encoding"); // the server encodes it itself, and reports the error
      outcome = "detail=encoding";
    }
    return "fwd=" + filling.forward() + "; " + outcome;
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
    return store(exchange, filling, written, body.toByteArray(), response);
  }

  /** Ends the fill with the response for all callers that wait for it, or for this one alone. */
  private String fail(CacheExchange exchange, Filling filling, ContainerResponseContext response)
      throws IOException {
    Fill fill = filling.fill();
    boolean shared = fill.closeToWaiters() && isShareable(exchange, filling, response);
    Unstored.keepApart(declaration, response);
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

  private String store(
      CacheExchange exchange,
      Filling filling,
      StoragePolicy policy,
      byte[] body,
      ContainerResponseContext response) {
    Result result = exchange.result().orElseThrow();
    List<String> added = result.tags().orElseThrow();
    filling.fill().tag(added.stream().map(TagTemplate::hash).toList());
    List<Header> headers = StoredHeaders.complete(policy, body, groups(filling, added));
    CacheEntry entry = new CacheEntry(policy.status(), headers, body, policy.lifetime(), Map.of());
    exchange.recorded(response.getEntity(), body);
    String outcome = storeAfter(result.transaction(), filling.fill(), entry);
    ResponseReplayer.complete(entry, exchange.request(), response);
    return outcome;
  }

  /** The tags that the response names to other caches, if it is to name any. */
  private List<String> groups(Filling filling, List<String> added) {
    return settings.groups()
        ? Stream.concat(filling.groups().stream(), added.stream()).toList()
        : List.of();
  }

  /** Computes and stores responses without a request. */
  BackgroundRefresh.Computation inBackground() {
    return inBackground;
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
    Unstored.keepApart(declaration, response);
    filling.fill().abandon(reason);
    return "detail=" + reason;
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
    Result result = exchange.result().orElseThrow();
    if (!conditions.stores(declaration, result.value())) {
      return Optional.of("condition");
    }
    return result.tags().isEmpty() ? Optional.of("tags") : oneTime(response);
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
    Optional<Result> end = exchange.result();
    if (end.isEmpty()) {
      return false;
    }
    Object result = end.get().value();
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
}
