package dev.sluice.cache;

import dev.sluice.cache.store.CoalescingCache;
import dev.sluice.cache.store.Eviction;
import dev.sluice.lifecycle.Serving;
import dev.sluice.lifecycle.Starting;
import dev.sluice.redis.RedisConnections;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.interceptor.InvocationContext;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Drops what is cached, and tells what caches have done. What was computed before an eviction
 * returns is not found after it, on any node; while Redis is out of reach that holds on this node,
 * and on the others when it is back.
 */
@ApplicationScoped
public class Caches {

  private static final System.Logger LOG = System.getLogger(Caches.class.getName());

  @Inject private CacheSettings settings;
  @Inject private RedisConnections connections;
  @Inject private CacheExtension extension;
  @Inject private NearCacheRuntime near;
  @Inject @Any private Instance<CacheKeyProvider> providers;
  private final Map<List<Object>, EvictDeclaration> evicting = new ConcurrentHashMap<>();
  private CoalescingCache tiers;

  @PostConstruct
  void open() {
    tiers =
        CoalescingCache.open(
            connections
                .main()
                .map(
                    redis ->
                        new CoalescingCache.SharedStore(
                            redis, connections.keyPrefix(), near.cache())),
            new CoalescingCache.Bounds(
                settings.localMaxBytes(), settings.localMaxAge(), settings.maxWait()),
            InstantSource.system(),
            this::everything);
  }

  void report(@Observes @Priority(Starting.CACHES) Starting starting) {
    starting.found(Starting.number(extension.count(), "cached method"));
    starting.report(settings.enabled() ? "Cache initialized." : "Cache switched off.");
  }

  void check(@Observes Serving serving) {
    if (settings.enabled()) {
      for (String method : extension.unconfigured()) {
        LOG.log(
            Level.ERROR,
            "{0} is not cached: Jakarta REST has not configured its method, so either no"
                + " Application has this resource, or the lookup of features in META-INF/services"
                + " is switched off",
            method);
      }
    }
  }

  private List<Eviction> everything() {
    return extension.names().stream().<Eviction>map(Eviction.OfCache::new).toList();
  }

  /**
   * Drops what was made of this key, in all variants.
   *
   * @param key as the cached method's arguments: those marked {@link CacheKey}, else its parameters
   *     and then the resource's bound fields; or what its {@link CacheKeyProvider} returns
   * @throws IllegalArgumentException if no method declares the cache, or the key holds what none
   *     can
   */
  public void evict(String cache, Object... key) {
    evict(new Eviction.OfKey(known(cache), base(cache, Arrays.asList(key))));
  }

  /** Drops what was made with this tag, whatever cache it is in. */
  public void evictTag(String tag) {
    evict(new Eviction.OfTag(TagTemplate.hash(tag)));
  }

  /**
   * Drops everything in this cache.
   *
   * @throws IllegalArgumentException if no method declares it
   */
  public void clear(String cache) {
    evict(new Eviction.OfCache(known(cache)));
  }

  /** Drops everything in every cache of this application. */
  public void clear() {
    extension.names().forEach(this::clear);
  }

  /**
   * What this cache has done on this node.
   *
   * @throws IllegalArgumentException if no method declares it
   */
  public CacheStatistics statistics(String cache) {
    return CacheStatistics.of(tiers.counters(known(cache)));
  }

  private String known(String cache) {
    if (!extension.names().contains(cache)) {
      throw new IllegalArgumentException(
          "There is no cache \"" + cache + "\", only " + extension.names());
    }
    return cache;
  }

  void evict(Eviction eviction) {
    tiers.evict(eviction);
  }

  /** Where what is made of this key lies. */
  String base(String cache, List<?> key) {
    List<Object> parts = new ArrayList<>(List.of(settings.version(), cache));
    parts.add(key);
    return CacheKeys.hash(parts);
  }

  /** The same for a call of a cached method. */
  String base(CacheDeclaration declaration, InvocationContext call) {
    return base(
        declaration.name(),
        declaration.hasKeyProvider()
            ? providers
                .select(declaration.keyProvider())
                .get()
                .key(call.getMethod(), Arrays.asList(call.getParameters()))
            : declaration.arguments().key(call.getTarget(), call.getParameters()));
  }

  /** What this call of a method with {@link CacheEvict} drops. */
  List<Eviction> evictions(InvocationContext call) {
    Class<?> bean = call.getTarget().getClass();
    return evicting
        .computeIfAbsent(
            List.of(bean, call.getMethod()), key -> EvictDeclaration.of(bean, call.getMethod()))
        .evictions(call.getTarget(), call.getParameters(), this::base);
  }

  /** What is declared for this call; empty where nothing is or caches are switched off. */
  Optional<CacheDeclaration> declaration(InvocationContext call) {
    return settings.enabled()
        ? extension.find(call.getTarget().getClass(), call.getMethod())
        : Optional.empty();
  }

  CoalescingCache tiers() {
    return tiers;
  }

  CacheSettings settings() {
    return settings;
  }
}
