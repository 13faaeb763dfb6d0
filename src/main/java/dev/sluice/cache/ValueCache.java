package dev.sluice.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.cache.store.CacheEntry;
import dev.sluice.cache.store.EntryKey;
import dev.sluice.cache.store.Fill;
import dev.sluice.cache.store.Lifetime;
import dev.sluice.cache.store.Lookup;
import dev.sluice.cache.store.Lookup.Hit;
import dev.sluice.cache.store.Lookup.Miss;
import dev.sluice.cache.store.LookupRequest;
import dev.sluice.cache.store.LookupRequest.Demand;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.interceptor.InvocationContext;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.JsonbConfig;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What other beans' methods return, as JSON; each caller is given a copy of its own. */
@ApplicationScoped
class ValueCache {

  /** A value that is there, null or not. */
  private record Value(@Nullable Object value) {}

  private final Jsonb json = JsonbBuilder.create(new JsonbConfig().withNullValues(true));
  @Inject private Caches caches;

  @Nullable Object call(CacheDeclaration declaration, InvocationContext call) throws Exception {
    LookupRequest wanted;
    try {
      wanted = wanted(declaration, call);
    } catch (IllegalArgumentException e) {
      caches.tiers().counters(declaration.name()).notStorable("key");
      return call.proceed();
    }
    Lookup lookup = caches.tiers().lookup(wanted);
    if (lookup instanceof Hit hit) {
      Optional<Value> value = decode(declaration, hit.entry());
      if (value.isPresent()) {
        return returned(declaration, value.get());
      }
      caches.tiers().discard(wanted.key());
      lookup = caches.tiers().refresh(wanted);
    }
    return compute(declaration, call, ((Miss) lookup).fill());
  }

  private LookupRequest wanted(CacheDeclaration declaration, InvocationContext call) {
    return new LookupRequest(
        new EntryKey(
            declaration.name(),
            caches.base(declaration, call),
            CacheKeys.hash(List.of(declaration.id()))),
        declaration.tags(call.getTarget(), call.getParameters()),
        declaration.life(),
        Demand.FRESH);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // returned to whoever called the method
  private @Nullable Object compute(CacheDeclaration declaration, InvocationContext call, Fill fill)
      throws Exception {
    Object result;
    try {
      result = call.proceed();
    } catch (Exception | Error e) {
      Optional<Value> stale = stale(declaration, fill);
      if (stale.isPresent()) {
        return returned(declaration, stale.get());
      }
      throw e;
    }
    if (!(result instanceof CompletionStage<?> stage)) {
      store(declaration, fill, result);
      return result;
    }
    CompletableFuture<Object> end = new CompletableFuture<>();
    stage.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            store(declaration, fill, value);
            end.complete(value);
            return;
          }
          stale(declaration, fill)
              .ifPresentOrElse(
                  old -> end.complete(old.value()), () -> end.completeExceptionally(failure));
        });
    return end;
  }

  private Optional<Value> stale(CacheDeclaration declaration, Fill fill) {
    Optional<Hit> stale = fill.staleIfError();
    fill.abandon("exception");
    return stale.flatMap(hit -> decode(declaration, hit.entry()));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // it is complete
  private static @Nullable Object returned(CacheDeclaration declaration, Value value) {
    return declaration.isAsync() ? CompletableFuture.completedFuture(value.value()) : value.value();
  }

  private void store(CacheDeclaration declaration, Fill fill, @Nullable Object value) {
    byte[] body;
    try {
      body =
          json.toJson(Collections.singletonList(value), new ListType(declaration.valueType()))
              .getBytes(UTF_8);
    } catch (RuntimeException e) { // of JSON-B, or of a getter
      fill.abandon("encoding");
      return;
    }
    if (body.length > caches.settings().maxEntryBytes()) {
      fill.abandon("too-large");
      return;
    }
    CacheDeclaration.Terms terms = declaration.terms();
    Lifetime lifetime =
        Lifetime.from(
            fill.now(), terms.expire(), terms.staleWhileRevalidate(), terms.staleIfError());
    fill.store(new CacheEntry(0, List.of(), body, lifetime, Map.of()));
  }

  /** Empty when the entry is of another shape than the type has now. */
  private Optional<Value> decode(CacheDeclaration declaration, CacheEntry entry) {
    try {
      List<?> values =
          json.fromJson(new String(entry.body(), UTF_8), new ListType(declaration.valueType()));
      return values.size() == 1 ? Optional.of(new Value(values.get(0))) : Optional.empty();
    } catch (RuntimeException e) { // of JSON-B, or of a constructor
      return Optional.empty();
    }
  }
}
