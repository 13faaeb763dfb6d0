package dev.sluice.cache;

import dev.sluice.cache.store.CoalescingCache;
import dev.sluice.cache.store.Eviction;
import dev.sluice.cache.store.NearCache;
import dev.sluice.lifecycle.Serving;
import dev.sluice.lifecycle.Starting;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Evicts cached entries, and reports the counters of caches. An entry computed before an eviction
 * returns is not found after it, on any node; while Redis is unreachable that holds on this node,
 * and on the others when Redis is back.
 */
@ApplicationScoped
public class Caches {

  private static final System.Logger LOG = System.getLogger(Caches.class.getName());

  @Inject private CacheSettings settings;
  @Inject private CacheExtension extension;
  @Inject private CacheKeyFactory keys;
  @Inject private ValueCache values;
  @Inject private CoalescingCache cache;
  @Inject private NearCacheRuntime near;

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

  /**
   * Evicts the entry with this key, in all variants.
   *
   * @param key the values of the cached method's key, in order: the parameters and fields marked
   *     {@link CacheKey}; else all its parameters and then its bound inputs, of which those that
   *     are set by setters and constructors are lists of the request's texts; or what its {@link
   *     CacheKeyProvider} returns
   * @throws IllegalArgumentException if no method declares the cache, or the key holds what none
   *     can
   */
  public void evict(String cache, Object... key) {
    evict(new Eviction.OfKey(known(cache), keys.base(cache, Arrays.asList(key))));
  }

  /**
   * Returns the value under a key of the cache of a bean's {@link Cached} method, as a call of that
   * method would; while a fresh entry exists the loader does not run. Times, tags, the value's type
   * and what is never stored are those of the method.
   *
   * @param key the values of the method's key, in order, as for {@link #evict}
   * @param loader computes the value; it may return null
   * @throws IllegalArgumentException if not exactly one method of a bean declares the cache, that
   *     method has a key provider or returns a stage, or the key is not one of its
   * @throws Exception of the loader
   */
  @SuppressWarnings("unchecked") // entries are compared with the method's type
  public <T> @Nullable T get(String cache, List<?> key, Callable<T> loader) throws Exception {
    CacheDeclaration declaration = extension.values(cache);
    if (declaration.hasKeyProvider() || declaration.isAsync()) {
      throw new IllegalArgumentException(
          declaration + " has a key provider or returns a stage; call it instead");
    }
    return settings.enabled()
        ? (T) values.get(declaration, key, (Callable<Object>) loader)
        : loader.call();
  }

  /** Evicts all entries with this tag, in all caches. */
  public void evictTag(String tag) {
    evict(new Eviction.OfTag(TagTemplate.hash(tag)));
  }

  /**
   * Evicts all entries of this cache.
   *
   * @throws IllegalArgumentException if no method declares it
   */
  public void clear(String cache) {
    evict(new Eviction.OfCache(known(cache)));
  }

  /** Evicts all entries of all caches of this application. */
  public void clear() {
    extension.names().forEach(this::clear);
  }

  /**
   * Returns the counters of this cache on this node.
   *
   * @throws IllegalArgumentException if no method declares it
   */
  public CacheStatistics statistics(String cache) {
    return CacheStatistics.of(this.cache.counters(known(cache)));
  }

  /** Returns the names of all caches that this application declares. */
  public Set<String> names() {
    return Set.copyOf(extension.names());
  }

  /** Returns what all caches together keep on this node. */
  public CacheMemory memory() {
    NearCache copies = near.cache();
    return new CacheMemory(
        cache.localKeys(), cache.localBytes(), copies.keys(), copies.bytes(), copies.isListening());
  }

  private String known(String cache) {
    if (!extension.names().contains(cache)) {
      throw new IllegalArgumentException(
          "There is no cache \"" + cache + "\", only " + extension.names());
    }
    return cache;
  }

  void evict(Eviction eviction) {
    cache.evict(eviction);
  }
}
