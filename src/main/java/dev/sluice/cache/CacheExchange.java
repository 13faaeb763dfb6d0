package dev.sluice.cache;

import dev.sluice.cache.store.Fill;
import dev.sluice.cache.store.Lookup;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request for a cached resource method, from the request filter to the written response. */
final class CacheExchange {

  /** What the cache does with the request. */
  sealed interface State permits Pending, Bypassed, Served, NotCached, Filling, Ended {}

  /** The method has not been called. */
  record Pending() implements State {}

  /** The cache has no part in the response. */
  record Bypassed(String reason) implements State {}

  /** The response is an entry. */
  record Served(Lookup.Hit hit, String cacheStatus) implements State {}

  /** The client asked for {@code only-if-cached}, and there is no entry. */
  record NotCached() implements State {}

  /**
   * The method computes, or has computed, a response to be stored.
   *
   * @param mediaType the negotiated media type, see {@link Negotiation}
   * @param forward why the entry was not served: the value of {@code fwd} (RFC 9211)
   */
  record Filling(Fill fill, String mediaType, String forward) implements State {}

  /** The method failed, or the response is being written. */
  record Ended() implements State {}

  /** An entity and the bytes that were stored for it. */
  static final class Recorded {
    private final Object entity;
    private final byte[] body;

    private Recorded(Object entity, byte[] body) {
      this.entity = entity;
      this.body = body;
    }

    Object entity() {
      return entity;
    }

    byte[] body() {
      return body;
    }
  }

  private final CacheDeclaration declaration;
  private final ContainerRequestContext request;
  private volatile State state = new Pending();
  private volatile @Nullable Object result;
  private volatile TransactionOutcome transaction = TransactionOutcome.none();
  private volatile @Nullable Recorded recorded;
  private volatile List<String> vary = List.of();
  private volatile @Nullable String cacheControl;
  private volatile boolean async;

  CacheExchange(CacheDeclaration declaration, ContainerRequestContext request) {
    this.declaration = declaration;
    this.request = request;
  }

  CacheDeclaration declaration() {
    return declaration;
  }

  ContainerRequestContext request() {
    return request;
  }

  State state() {
    return state;
  }

  void become(State next) {
    state = next;
  }

  /** What the method returned, or its stage completed with. */
  Optional<Object> result() {
    return Optional.ofNullable(result);
  }

  void returned(@Nullable Object value, TransactionOutcome outcome) {
    result = value;
    transaction = outcome;
  }

  /** The outcome of the transaction in which the method ran. */
  TransactionOutcome transaction() {
    return transaction;
  }

  /** The entity whose bytes are known, so that it need not be encoded again. */
  Optional<Recorded> recorded() {
    return Optional.ofNullable(recorded);
  }

  void recorded(@Nullable Object entity, byte[] body) {
    recorded = entity == null ? null : new Recorded(entity, body);
  }

  /** Keeps the fields that other caches depend on, for the filters of the host may change them. */
  void sent(List<String> varyFields, @Nullable String cacheControlField) {
    vary = List.copyOf(varyFields); // the list is live
    cacheControl = cacheControlField;
  }

  List<String> sentVary() {
    return vary;
  }

  Optional<String> sentCacheControl() {
    return Optional.ofNullable(cacheControl);
  }

  /**
   * The method returned a stage: the end of the request's thread is not the end of the exchange.
   */
  void becomesAsync() {
    async = true;
  }

  /** Ends the fill of a response that was never written. */
  void close() {
    if (!async && state instanceof Filling filling) {
      become(new Ended());
      filling.fill().abandon("unanswered");
    }
  }
}
