package dev.sluice.cache;

import dev.sluice.cache.store.CacheEntry;
import dev.sluice.cache.store.Fill;
import dev.sluice.cache.store.Header;
import jakarta.interceptor.InvocationContext;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedHashMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Computes responses of one resource method in the background: of an entity, in the media type of
 * the entry that the response replaces.
 */
final class BackgroundResponse implements BackgroundRefresh.Computation {

  private final CacheDeclaration declaration;
  private final ResponseRecorder recorder;
  private final Conditions conditions;
  private final boolean groups;

  /**
   * @param groups whether responses name their tags to other caches
   */
  BackgroundResponse(
      CacheDeclaration declaration,
      ResponseRecorder recorder,
      Conditions conditions,
      boolean groups) {
    this.declaration = declaration;
    this.recorder = recorder;
    this.conditions = conditions;
    this.groups = groups;
  }

  @Override
  public @Nullable Object compute(InvocationContext call, Fill fill) throws Exception {
    Object result;
    try {
      result = call.proceed();
    } catch (Exception | Error e) {
      fail(fill, e);
      throw e;
    }
    TransactionOutcome transaction = CachedTransactionInterceptor.outcome(call);
    MethodCall arguments = MethodCall.of(call);
    if (!(result instanceof CompletionStage<?> stage)) {
      store(transaction, fill, arguments, result);
      return result;
    }
    return stage.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            store(transaction, fill, arguments, value);
          } else {
            fail(fill, Failures.unwrapped(failure));
          }
        });
  }

  /** Ends the fill; the next caller gets a response of the method's own, such as 404, from it. */
  private static void fail(Fill fill, Throwable failure) {
    if (failure instanceof WebApplicationException response
        && response.getResponse().getStatus() < 500) {
      fill.abandonAndEvict("exception");
    } else {
      fill.fail(failure);
    }
  }

  private void store(
      TransactionOutcome transaction, Fill fill, MethodCall arguments, @Nullable Object value) {
    try {
      Optional<CacheEntry> entry = entry(fill, arguments, value);
      entry.ifPresent(
          made -> transaction.then(() -> fill.store(made), () -> fill.abandon("rolled-back")));
    } catch (IOException | RuntimeException | Error e) {
      fill.abandon("encoding");
      throw new BackgroundRefresh.NeedsRequestException(e);
    }
  }

  /** The entry; empty where it cannot be stored, and the fill has ended. */
  private Optional<CacheEntry> entry(Fill fill, MethodCall arguments, @Nullable Object value)
      throws IOException {
    Optional<List<String>> added =
        declaration.resultTags().of(declaration.inputs(), arguments, value);
    Optional<MediaType> mediaType =
        fill.previous()
            .flatMap(entry -> entry.header(HttpHeaders.CONTENT_TYPE))
            .map(MediaType::valueOf);
    Optional<String> refusal = refusal(value, added, mediaType);
    if (refusal.isPresent()) {
      fill.abandon(refusal.get());
      return Optional.empty();
    }
    fill.tag(added.orElseThrow().stream().map(TagTemplate::hash).toList());
    return encode(
        fill,
        tags(arguments, added.orElseThrow()),
        Objects.requireNonNull(value),
        mediaType.orElseThrow());
  }

  private Optional<String> refusal(
      @Nullable Object value, Optional<List<String>> tags, Optional<MediaType> mediaType) {
    if (value == null) {
      return Optional.of("status");
    } else if (StoragePolicy.isStream(value)) {
      return Optional.of("stream");
    } else if (!conditions.stores(declaration, value)) {
      return Optional.of("condition");
    }
    return tags.isEmpty()
        ? Optional.of("tags")
        : mediaType.isEmpty() ? Optional.of("negotiation") : Optional.empty();
  }

  private List<String> tags(MethodCall arguments, List<String> added) {
    if (!groups) {
      return List.of();
    }
    List<String> all = new ArrayList<>(declaration.tagTexts(arguments));
    all.addAll(added);
    return all;
  }

  private Optional<CacheEntry> encode(
      Fill fill, List<String> tags, Object value, MediaType mediaType) throws IOException {
    MultivaluedHashMap<String, Object> fields = new MultivaluedHashMap<>();
    BodyBuffer body =
        recorder.body(
            new ResponseRecorder.Entity(
                value,
                declaration.valueType(),
                declaration.method().getAnnotations(),
                mediaType,
                fields));
    if (body.isTooLarge()) {
      fill.abandonTooLarge();
      return Optional.empty();
    }
    fields.putSingle(HttpHeaders.CONTENT_TYPE, mediaType);
    List<Header> headers = new ArrayList<>();
    fields.forEach(
        (name, values) -> values.forEach(each -> headers.add(new Header(name, each.toString()))));
    StoragePolicy policy =
        new StoragePolicy(declaration, 200, headers, fill.now(), declaration.terms().earlier());
    Optional<String> refusal = policy.refusal();
    if (refusal.isPresent()) {
      fill.abandon(refusal.get());
      return Optional.empty();
    }
    byte[] bytes = body.toByteArray();
    List<Header> complete = StoredHeaders.complete(policy, bytes, tags);
    return Optional.of(
        new CacheEntry(policy.status(), complete, bytes, policy.lifetime(), Map.of()));
  }
}
