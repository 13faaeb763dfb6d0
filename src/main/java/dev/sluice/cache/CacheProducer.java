package dev.sluice.cache;

import dev.sluice.cache.store.CoalescingCache;
import dev.sluice.cache.store.Eviction;
import dev.sluice.redis.RedisConnections;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Opens the application's cache: on Redis where it is configured, else in this process. */
@ApplicationScoped
class CacheProducer {

  @Produces
  @Singleton
  CoalescingCache open(
      CacheSettings settings,
      RedisConnections connections,
      NearCacheRuntime near,
      CacheExtension extension) {
    return CoalescingCache.open(
        connections
            .caches()
            .map(
                redis ->
                    new CoalescingCache.SharedStore(redis, connections.keyPrefix(), near.cache())),
        new CoalescingCache.Bounds(
            settings.localMaxBytes(), settings.localMaxAge(), settings.maxWait()),
        InstantSource.system(),
        () -> extension.names().stream().<Eviction>map(Eviction.OfCache::new).toList());
  }
}
