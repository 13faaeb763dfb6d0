package dev.sluice.cache;

import dev.sluice.cache.ValueCodec.Value;
import dev.sluice.cache.store.CacheEntry;
import dev.sluice.cache.store.CoalescingCache;
import dev.sluice.cache.store.EntryKey;
import dev.sluice.cache.store.Fill;
import dev.sluice.cache.store.Lifetime;
import dev.sluice.cache.store.Lookup;
import dev.sluice.cache.store.Lookup.Hit;
import dev.sluice.cache.store.Lookup.Miss;
import dev.sluice.cache.store.LookupRequest;
import dev.sluice.cache.store.LookupRequest.Acceptance;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.interceptor.InvocationContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The cache of values of other beans' methods, as JSON; each caller gets a copy of its own. */
@ApplicationScoped
class ValueCache {

  private final ValueCodec codec = new ValueCodec();
  @Inject CoalescingCache cache;
  @Inject CacheKeyFactory keys;
  @Inject Transactions transactions;
  @Inject CacheSettings settings;
  @Inject Conditions conditions;
  @Inject BackgroundRefresh refresh;

  /**
   * A computation of a value.
   *
   * @param method what computes it
   * @param transaction the outcome of the transaction in which it was computed
   * @param arguments of the cached method
   * @param call the call of the cached method, if it is one
   */
  private record Computation(
      Callable<Object> method,
      Supplier<TransactionOutcome> transaction,
      MethodCall arguments,
      Optional<InvocationContext> call) {

    static Computation of(InvocationContext call) {
      return new Computation(
          call::proceed,
          () -> CachedTransactionInterceptor.outcome(call),
          MethodCall.of(call),
          Optional.of(call));
    }

    /** What it made, with the tags that are taken from it. */
    Made made(CacheDeclaration declaration, @Nullable Object value) {
      return new Made(value, declaration.resultTags().of(declaration.inputs(), arguments, value));
    }
  }

  /**
   * A computed value.
   *
   * @param tags those that the value adds to the entry; empty where they cannot be read
   */
  private record Made(@Nullable Object value, Optional<List<String>> tags) {

    static Made by(PutDeclaration put, MethodCall call, @Nullable Object value) {
      return new Made(value, put.target().resultTags().of(put.inputs(), call, value));
    }
  }

  /** Serves a call of a cached method. */
  @Nullable Object call(CacheDeclaration declaration, InvocationContext call) throws Exception {
    MethodCall method = MethodCall.of(call);
    if (!conditions.applies(declaration, method)) {
      return bypass(declaration, "condition", call::proceed);
    }
    LookupRequest request;
    try {
      request = request(declaration, method);
    } catch (IllegalArgumentException e) {
      return bypass(declaration, "key", call::proceed);
    }
    return get(declaration, request, Computation.of(call));
  }

  /**
   * Finds or computes the value under a key of the cache, as a call of its method would.
   *
   * @throws IllegalArgumentException if a key cannot hold one of the values
   */
  @Nullable Object get(CacheDeclaration declaration, List<?> key, Callable<Object> loader)
      throws Exception {
    MethodCall method = new MethodCall(this, declaration.inputs().arguments(key), null);
    return get(
        declaration,
        request(declaration, method),
        new Computation(loader, transactions::current, method, Optional.empty()));
  }

  private @Nullable Object bypass(
      CacheDeclaration declaration, String reason, Callable<Object> method) throws Exception {
    cache.counters(declaration.name()).bypassed(reason);
    return method.call();
  }

  private @Nullable Object get(
      CacheDeclaration declaration, LookupRequest request, Computation computation)
      throws Exception {
    Lookup lookup = transactions.isActive() ? cache.lookupAlone(request) : cache.lookup(request);
    if (lookup instanceof Lookup.Due due) {
      refreshAhead(declaration, computation, due.fill());
      lookup = due.hit();
    }
    if (lookup instanceof Hit hit) {
      Optional<Value> value = decode(declaration, hit.entry());
      if (value.isPresent()) {
        return returned(declaration, value.get());
      }
      cache.discard(request.key());
      lookup = cache.refresh(request);
    }
    if (lookup instanceof Miss miss) {
      Optional<Value> stale = inBackground(declaration, computation, miss.fill());
      return stale.isPresent()
          ? returned(declaration, stale.get())
          : compute(declaration, computation, miss.fill());
    }
    if (lookup instanceof Lookup.Failed failed) {
      return Failures.rethrown(declaration, failed.cause());
    }
    return bypass(declaration, "too-large", computation.method());
  }

  /** Revalidates the entry in the background, or not at all. */
  private void refreshAhead(CacheDeclaration declaration, Computation computation, Fill fill) {
    boolean started = computation.call().filter(call -> start(declaration, call, fill)).isPresent();
    if (!started) {
      fill.release();
    }
  }

  private boolean start(CacheDeclaration declaration, InvocationContext call, Fill fill) {
    return refresh.start(
        declaration,
        call,
        fill,
        (again, same) -> compute(declaration, Computation.of(again), same));
  }

  /** The stale value, if the computation runs in the background meanwhile. */
  private Optional<Value> inBackground(
      CacheDeclaration declaration, Computation computation, Fill fill) {
    return computation
        .call()
        .flatMap(
            call ->
                fill.staleWhileRevalidating()
                    .flatMap(hit -> decode(declaration, hit.entry()))
                    .filter(stale -> start(declaration, call, fill)));
  }

  /** Runs a method whose result replaces the value of a cache. */
  @Nullable Object put(PutDeclaration put, InvocationContext call) throws Exception {
    MethodCall arguments = MethodCall.of(call);
    LookupRequest request = put.request(arguments, keys);
    Fill fill = cache.replace(request);
    TransactionOutcome transaction = transactions.current();
    Object result;
    try {
      result = call.proceed();
    } catch (Exception | Error e) {
      fill.abandon("exception");
      throw e;
    }
    if (result instanceof CompletionStage<?> stage) {
      return stage.whenComplete(
          (value, failure) -> {
            if (failure == null) {
              replaceAfter(transaction, put.target(), fill, Made.by(put, arguments, value));
            } else {
              fill.abandon("exception");
            }
          });
    }
    replaceAfter(transaction, put.target(), fill, Made.by(put, arguments, result));
    return result;
  }

  /** Encodes the value now and, after the commit, stores it or evicts what is there. */
  private void replaceAfter(
      TransactionOutcome transaction, CacheDeclaration target, Fill fill, Made made) {
    Optional<CacheEntry> entry = encode(target, fill, made);
    transaction.then(() -> fill.replace(entry), () -> fill.abandon("rolled-back"));
  }

  private LookupRequest request(CacheDeclaration declaration, MethodCall method) {
    return declaration.request(
        new EntryKey(declaration.name(), keys.base(declaration, method), declaration.variant()),
        declaration.tags(method),
        Acceptance.FRESH);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // returned to the caller of the method
  private @Nullable Object compute(CacheDeclaration declaration, Computation computation, Fill fill)
      throws Exception {
    Object result;
    try {
      result = computation.method().call();
    } catch (Exception | Error e) {
      Optional<Value> stale = stale(declaration, fill, e);
      if (stale.isPresent()) {
        return returned(declaration, stale.get());
      }
      throw e;
    }
    TransactionOutcome transaction = computation.transaction().get();
    if (!(result instanceof CompletionStage<?> stage)) {
      storeAfter(transaction, declaration, fill, computation.made(declaration, result));
      return result;
    }
    CompletableFuture<Object> end = new CompletableFuture<>();
    stage.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            try {
              storeAfter(transaction, declaration, fill, computation.made(declaration, value));
            } finally {
              end.complete(value);
            }
            return;
          }
          try {
            stale(declaration, fill, failure).ifPresent(old -> end.complete(old.value()));
          } finally {
            end.completeExceptionally(failure);
          }
        });
    return end;
  }

  /** Ends the fill; the stale value, where there is one. */
  private Optional<Value> stale(CacheDeclaration declaration, Fill fill, Throwable failure) {
    Optional<Hit> stale = fill.staleIfError();
    fill.fail(Failures.unwrapped(failure));
    return stale.flatMap(hit -> decode(declaration, hit.entry()));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // it is complete
  private static @Nullable Object returned(CacheDeclaration declaration, Value value) {
    return declaration.isAsync() ? CompletableFuture.completedFuture(value.value()) : value.value();
  }

  /** Encodes the value now, as the caller may change it, and stores it after the commit. */
  private void storeAfter(
      TransactionOutcome transaction, CacheDeclaration declaration, Fill fill, Made made) {
    Optional<CacheEntry> entry = Optional.empty();
    try {
      entry = encode(declaration, fill, made);
    } finally {
      if (entry.isEmpty()) {
        fill.close();
      }
    }
    entry.ifPresent(
        it -> transaction.then(() -> fill.store(it), () -> fill.abandon("rolled-back")));
  }

  /** The entry; empty where the value cannot be stored, and the fill has ended. */
  private Optional<CacheEntry> encode(CacheDeclaration declaration, Fill fill, Made made) {
    if (!isStored(declaration, made.value())) {
      fill.abandon("condition");
      return Optional.empty();
    } else if (made.tags().isEmpty()) {
      fill.abandon("tags");
      return Optional.empty();
    }
    fill.tag(made.tags().get().stream().map(TagTemplate::hash).toList());
    ValueCodec.Encoded encoded = codec.encode(declaration, made.value(), settings.maxEntryBytes());
    if (encoded instanceof ValueCodec.TooLarge) {
      fill.abandonTooLarge();
      return Optional.empty();
    } else if (encoded instanceof ValueCodec.Refused refused) {
      fill.abandon(refused.reason());
      return Optional.empty();
    }
    CacheDeclaration.Terms terms = declaration.terms();
    Lifetime lifetime =
        Lifetime.from(
            fill.now(),
            terms.expire().minus(terms.earlier()),
            terms.staleWhileRevalidate(),
            terms.staleIfError());
    byte[] body = ((ValueCodec.Body) encoded).bytes();
    return Optional.of(new CacheEntry(0, List.of(), body, lifetime, Map.of()));
  }

  private boolean isStored(CacheDeclaration declaration, @Nullable Object value) {
    try {
      return conditions.stores(declaration, value);
    } catch (RuntimeException | Error e) { // the caller has its value
      return false;
    }
  }

  private Optional<Value> decode(CacheDeclaration declaration, CacheEntry entry) {
    return codec.decode(declaration, entry.body());
  }
}
