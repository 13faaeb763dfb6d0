package dev.sluice.cache;

import dev.sluice.cache.store.Fill;
import dev.sluice.cache.store.Lookup;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request for a cached resource method, from the request filter to the written response. */
final class CacheExchange {

  /** What the cache does with the request. */
  sealed interface Decision permits Served, NotCached, Bypassed, Filling, Due, Failed {}

  /** The response is an entry. */
  record Served(Lookup.Hit hit, String cacheStatus) implements Decision {}

  /** The client asked for {@code only-if-cached}, and there is no entry. */
  record NotCached() implements Decision {}

  /** The method runs, and the cache has no part in the response. */
  record Bypassed(String reason) implements Decision {}

  /**
   * The method runs, and its response is to be stored.
   *
   * @param mediaType the negotiated media type, see {@link Negotiation}
   * @param forward why the entry was not served: the value of {@code fwd} (RFC 9211)
   * @param groups the tags that the response names to other caches
   */
  record Filling(Fill fill, String mediaType, String forward, List<String> groups)
      implements Decision {}

  /** The response is an entry, which the method computes again in the background. */
  record Due(Lookup.Hit hit, Fill fill) implements Decision {}

  /** Another caller's computation failed, for which this one waited. */
  record Failed(Throwable cause) implements Decision {}

  /**
   * What the method returned, or its stage completed with.
   *
   * @param tags those that the value adds to the entry; empty where they cannot be read
   */
  record Result(
      @Nullable Object value, TransactionOutcome transaction, Optional<List<String>> tags) {}

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
  private final BackgroundRefresh.Computation inBackground;
  private volatile @Nullable Selection selection;
  private volatile @Nullable Decision decision;
  private volatile @Nullable Result result;
  private volatile @Nullable Recorded recorded;
  private volatile List<String> vary = List.of();
  private volatile @Nullable String cacheControl;
  private volatile boolean called;
  private volatile boolean async;

  /**
   * @param inBackground computes the response without a request
   */
  CacheExchange(
      CacheDeclaration declaration,
      ContainerRequestContext request,
      BackgroundRefresh.Computation inBackground) {
    this.declaration = declaration;
    this.request = request;
    this.inBackground = inBackground;
  }

  BackgroundRefresh.Computation inBackground() {
    return inBackground;
  }

  CacheDeclaration declaration() {
    return declaration;
  }

  ContainerRequestContext request() {
    return request;
  }

  void select(Selection made) {
    selection = made;
  }

  /** What the entry for this request is chosen by, unless the request bypasses the cache. */
  Selection selection() {
    return Objects.requireNonNull(selection);
  }

  /** Empty until the key is known. */
  Optional<Decision> decision() {
    return Optional.ofNullable(decision);
  }

  void decide(Decision made) {
    decision = made;
  }

  /** Whether the response is known without the method. */
  boolean isComplete() {
    return decision instanceof Served || decision instanceof NotCached;
  }

  /** Whether the call has passed the interceptor. */
  boolean isCalled() {
    return called;
  }

  void becomesCalled() {
    called = true;
  }

  /** Empty while the method runs, and where it threw. */
  Optional<Result> result() {
    return Optional.ofNullable(result);
  }

  void returned(Result made) {
    result = made;
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
    if (!async && decision instanceof Filling filling) {
      filling.fill().abandon("not-sent");
    } else if (decision instanceof Due due) {
      due.fill().release();
    }
  }
}
