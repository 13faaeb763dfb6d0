package dev.sluice.cache;

import dev.sluice.cache.store.CoalescingCache;
import dev.sluice.execution.ContainerServices;
import dev.sluice.execution.Heartbeat;
import dev.sluice.lifecycle.Starting;
import dev.sluice.lifecycle.Stopping;
import dev.sluice.redis.RedisConnections;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import org.jspecify.annotations.Nullable;

/** Keeps other nodes waiting for the computations of this one, by a thread of its own. */
@ApplicationScoped
class LeadershipRenewal {

  @Inject private CacheSettings settings;
  @Inject private CoalescingCache cache;
  @Inject private RedisConnections connections;

  @Inject private ContainerServices container;

  private @Nullable Heartbeat heartbeat;

  synchronized void start(@Observes @Priority(Starting.CACHES) Starting starting) {
    if (settings.enabled() && connections.caches().isPresent()) {
      heartbeat = Heartbeat.start(container.threads(), CoalescingCache.RENEWAL, cache::renew);
    }
  }

  synchronized void stop(@Observes @Priority(Stopping.LISTENERS) Stopping stopping) {
    if (heartbeat != null) {
      heartbeat.stop();
    }
  }
}
