package dev.sluice.cache;

import dev.sluice.cache.store.Fill;
import dev.sluice.cache.store.Lookup;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request for a cached resource method, from before the method until its answer goes out. */
final class CacheExchange {

  /** What has become of it. */
  sealed interface State permits Untouched, Bypassed, Answered, Unanswerable, Filling, Failed {}

  /** The method has not been called. */
  record Untouched() implements State {}

  /** The cache has nothing to do with it. */
  record Bypassed(String reason) implements State {}

  /** There is an entry. */
  record Answered(Lookup.Hit hit, String cacheStatus) implements State {}

  /** {@code only-if-cached}, and there is none. */
  record Unanswerable() implements State {}

  /** The method made, or is making, an answer to be stored. */
  record Filling(Fill fill, String variant, String forward) implements State {}

  /** The method threw. */
  record Failed() implements State {}

  private final CacheDeclaration declaration;
  private final ContainerRequestContext request;
  private volatile State state = new Untouched();
  private volatile @Nullable Object result;
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

  void returned(@Nullable Object value) {
    result = value;
  }

  /** From here on the request's thread does not tell the end. */
  void goesOn() {
    async = true;
  }

  /** The request is over. Whoever waits must not wait for an answer that was never written. */
  void over() {
    if (!async && state instanceof Filling filling) {
      become(new Failed());
      filling.fill().abandon("unanswered");
    }
  }
}
