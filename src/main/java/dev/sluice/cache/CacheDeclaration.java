package dev.sluice.cache;

import dev.sluice.cache.store.EntryKey;
import dev.sluice.cache.store.LookupRequest;
import dev.sluice.http.ResourceMethods;
import dev.sluice.http.TypeVariables;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One {@link Cached} method: what its annotation says, with the operator's overrides. */
final class CacheDeclaration {

  /** What all methods of one cache have to agree on. */
  record Terms(
      Duration expire,
      Duration staleWhileRevalidate,
      Duration staleIfError,
      Duration negativeExpire,
      Audience audience,
      List<String> vary,
      Optional<Duration> maxAge,
      Duration jitter,
      Duration refreshAhead) {

    /** How much earlier than declared one entry expires. */
    Duration earlier() {
      return Duration.ofMillis(ThreadLocalRandom.current().nextLong(jitter.toMillis() + 1));
    }
  }

  /** The default of {@link Cached#maxAge}. */
  private static final int UNSET = -1;

  private final Class<?> bean;
  private final Method method;
  private final String name;
  private final Terms terms;
  private final Class<? extends CacheKeyProvider> keyProvider;
  private final Optional<Class<? extends CacheCondition>> condition;
  private final List<TagTemplate> tags;
  private final ResultTags resultTags;
  private final MethodInputs inputs;
  private final boolean resource;
  private final boolean edge;
  private final Type valueType;
  private final List<String> produces;
  private final Optional<List<RequestBinding>> bindings;
  private final String id;
  private volatile boolean evicted;

  CacheDeclaration(
      Class<?> bean,
      Method method,
      String name,
      Cached cached,
      CacheOverrides overrides,
      Locators locators) {
    Method annotated = ResourceMethods.annotated(bean, method);
    this.bean = bean;
    this.method = method;
    this.name = name;
    this.inputs = new MethodInputs(bean, method, locators);
    this.terms =
        new Terms(
            seconds(overrides.expire().orElse(cached.expire())),
            seconds(overrides.staleWhileRevalidate().orElse(cached.staleWhileRevalidate())),
            seconds(overrides.staleIfError().orElse(cached.staleIfError())),
            seconds(overrides.negativeExpire().orElse(cached.negativeExpire())),
            cached.audience(),
            Arrays.stream(cached.vary())
                .map(field -> field.toLowerCase(Locale.ROOT))
                .distinct()
                .sorted()
                .toList(),
            overrides
                .maxAge()
                .or(() -> Optional.of(cached.maxAge()).filter(age -> age != UNSET))
                .map(CacheDeclaration::seconds),
            seconds(overrides.jitter().orElse(cached.jitter())),
            seconds(overrides.refreshAhead().orElse(cached.refreshAhead())));
    this.condition =
        Optional.<Class<? extends CacheCondition>>of(cached.condition())
            .filter(type -> type != CacheCondition.class);
    this.edge = cached.edge();
    this.keyProvider = cached.key();
    this.tags = Arrays.stream(cached.tags()).map(TagTemplate::new).toList();
    this.resource = ResourceMethods.verb(annotated).isPresent();
    this.valueType = valueType(bean, method);
    this.resultTags = new ResultTags(valueType, tags);
    this.produces = ResourceMethods.produces(bean, annotated);
    this.bindings =
        hasKeyProvider() || condition.isPresent() || AccessChecks.follow(bean, method)
            ? Optional.empty()
            : inputs.bindings(tags);
    this.id = bean.getName() + "." + method.getName() + Arrays.toString(method.getParameterTypes());
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  String name() {
    return name;
  }

  Terms terms() {
    return terms;
  }

  Class<?> bean() {
    return bean;
  }

  Method method() {
    return method;
  }

  MethodInputs inputs() {
    return inputs;
  }

  List<TagTemplate> tagTemplates() {
    return tags;
  }

  Class<? extends CacheKeyProvider> keyProvider() {
    return keyProvider;
  }

  boolean hasKeyProvider() {
    return keyProvider != CacheKeyProvider.class;
  }

  /** The bean that decides what is cached. */
  Optional<Class<? extends CacheCondition>> condition() {
    return condition;
  }

  /** Whether Jakarta REST calls it. */
  boolean isResource() {
    return resource;
  }

  /**
   * The parts of a request from which the entry's key and tags follow; empty where the method has
   * to be bound, or access to it is checked, before an entry may be served.
   */
  Optional<List<RequestBinding>> bindings() {
    return bindings;
  }

  /** Whether entries may be served before the application's filters. */
  boolean isEdge() {
    return edge;
  }

  /** The media types of {@code @Produces}; empty where there is none. */
  List<String> produces() {
    return produces;
  }

  /** Whether the response's media type depends on {@code Accept}. */
  boolean negotiates() {
    return produces.size() != 1 || produces.get(0).contains("*");
  }

  /** Whether the media types that it may produce are all known. */
  boolean choosesFromList() {
    return !produces.isEmpty() && produces.stream().noneMatch(type -> type.contains("*"));
  }

  /** The name of the method, unique in the application. */
  String id() {
    return id;
  }

  /** The variant of values: unlike a response's, it depends on the method only. */
  String variant() {
    return CacheKeys.hash(List.of(id));
  }

  boolean isAsync() {
    return isAsync(method);
  }

  /** The type of what it returns, or of what its stage completes with. */
  Type valueType() {
    return valueType;
  }

  /** The type of what a method returns, or of what its stage completes with. */
  static Type valueType(Class<?> bean, Method method) {
    Type returned = TypeVariables.of(bean).resolve(method.getGenericReturnType());
    if (!isAsync(method)) {
      return returned;
    }
    return returned instanceof ParameterizedType generic
        ? generic.getActualTypeArguments()[0]
        : Object.class;
  }

  private static boolean isAsync(Method method) {
    return CompletionStage.class.isAssignableFrom(method.getReturnType());
  }

  /**
   * What the method's caller gets where the response filter sends an entry: null, zero or false.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // it is complete
  @Nullable Object emptyValue() {
    Class<?> type = method.getReturnType();
    if (isAsync()) {
      return CompletableFuture.completedFuture(null);
    }
    return type.isPrimitive() && type != void.class
        ? java.lang.reflect.Array.get(java.lang.reflect.Array.newInstance(type, 1), 0)
        : null;
  }

  /** The time after which an entry cannot be served any more, not even stale. */
  Duration life() {
    Duration fresh = longer(terms.expire(), terms.negativeExpire());
    return fresh.plus(longer(terms.staleWhileRevalidate(), terms.staleIfError()));
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? b : a;
  }

  /** The tags of this call. */
  List<String> tagTexts(MethodCall call) {
    return tagsOfCall().map(tag -> tag.text(inputs, call)).distinct().toList();
  }

  /** The hashes of the tags of this call. */
  List<String> tags(MethodCall call) {
    return tagsOfCall().map(tag -> tag.hash(inputs, call)).distinct().toList();
  }

  /** The tags that are known before the method runs. */
  Stream<TagTemplate> tagsOfCall() {
    return tags.stream().filter(tag -> !tag.needsResult());
  }

  /** The tags that its result adds. */
  ResultTags resultTags() {
    return resultTags;
  }

  /** A request for an entry with these hashes of tags, and those that the result adds. */
  LookupRequest request(
      EntryKey key, Collection<String> hashes, LookupRequest.Acceptance acceptance) {
    LookupRequest request =
        new LookupRequest(key, hashes, life(), acceptance).withRefreshAhead(terms.refreshAhead());
    return resultTags.areDeclared() ? request.withTagsToCome() : request;
  }

  /**
   * Request header fields that the response depends on, as the annotation and bound parameters say.
   */
  List<String> vary() {
    return Stream.concat(
            terms.vary().stream(),
            inputs.headerFields().stream().map(field -> field.toLowerCase(Locale.ROOT)))
        .distinct()
        .toList();
  }

  /** How long clients may keep the response, where that is declared. */
  Optional<Duration> clientLifetime() {
    return terms.maxAge();
  }

  /** Whether entries may be evicted by declaration: by a tag or by {@link CacheEvict}. */
  boolean isEvictable() {
    return evicted || !tags.isEmpty();
  }

  /** Notes that a {@link CacheEvict} names this cache. */
  void markEvicted() {
    evicted = true;
  }

  boolean isInterceptable() {
    int modifiers = method.getModifiers();
    return !Modifier.isPrivate(modifiers)
        && !Modifier.isStatic(modifiers)
        && !Modifier.isFinal(modifiers);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CacheDeclaration that && that.id.equals(id);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id);
  }

  /** As error messages name it. */
  @Override
  public String toString() {
    return "@Cached on " + bean.getSimpleName() + "." + method.getName();
  }
}
