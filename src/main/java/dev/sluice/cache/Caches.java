package dev.sluice.cache;

import dev.sluice.cache.store.CoalescingCache;
import dev.sluice.cache.store.Eviction;
import dev.sluice.lifecycle.Serving;
import dev.sluice.lifecycle.Starting;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.Arrays;

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
  @Inject private CoalescingCache cache;

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
