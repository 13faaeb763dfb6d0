package dev.sluice.cache;

import dev.sluice.cache.store.NearCache;
import dev.sluice.execution.ContainerServices;
import dev.sluice.lifecycle.Starting;
import dev.sluice.lifecycle.Stopping;
import dev.sluice.redis.InvalidationListener;
import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisConnections;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Owner of the near cache and of the thread of its listener. That thread belongs to no pool of the
 * server: it lives as long as the application.
 */
@ApplicationScoped
class NearCacheRuntime {

  private static final System.Logger LOG = System.getLogger(NearCacheRuntime.class.getName());

  /** The listener ends at once; a container that stops does not wait for more than this. */
  private static final Duration END = Duration.ofSeconds(2);

  @Inject private CacheSettings settings;
  @Inject private RedisConnections connections;

  @Inject private ContainerServices container;

  @SuppressWarnings("NullAway.Init")
  private NearCache cache;

  private @Nullable InvalidationListener listener;

  @PostConstruct
  void open() {
    cache =
        new NearCache(
            connections.keyPrefix(),
            settings.localMaxBytes(),
            settings.localMaxAge(),
            InstantSource.system(),
            System::nanoTime);
  }

  /** The near cache; off until its listener is connected, and always off without Redis. */
  NearCache cache() {
    return cache;
  }

  void start(@Observes @Priority(Starting.CACHES) Starting starting) {
    if (settings.enabled() && settings.localMaxBytes() > 0) {
      connections.caches().ifPresent(this::listen);
    }
  }

  private void listen(RedisConnection redis) {
    if (redis.canListen()) {
      start(cache.listener(redis));
    } else {
      LOG.log(
          Level.INFO,
          "The near cache is off: with Redis Cluster each hit is read from the node that has it.");
    }
  }

  private synchronized void start(InvalidationListener listening) {
    Thread thread = container.threads().newThread(listening);
    if (thread == null) {
      LOG.log(Level.WARNING, "The container gives no thread: the near cache stays off.");
      return;
    }
    thread.setDaemon(true);
    thread.start();
    listener = listening;
  }

  synchronized void stop(@Observes @Priority(Stopping.LISTENERS) Stopping stopping) {
    if (listener != null) {
      listener.stop(END);
    }
  }
}
