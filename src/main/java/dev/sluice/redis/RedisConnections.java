package dev.sluice.redis;

import dev.sluice.lifecycle.Starting;
import dev.sluice.lifecycle.Stopping;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The servers that the settings name. Without any the features keep their data in this process. */
@ApplicationScoped
public class RedisConnections {

  private final Map<URI, RedisConnection> byUrl = new ConcurrentHashMap<>();
  @Inject private RedisSettings settings;

  /** The server for caches and limits, {@code sluice.redis.url}. */
  public Optional<RedisConnection> main() {
    return settings.url().map(this::open);
  }

  /** The server for tasks, {@code sluice.tasks.redis.url}; the main one where that is not set. */
  public Optional<RedisConnection> tasks() {
    return settings.tasksUrl().map(this::open);
  }

  private RedisConnection open(URI url) {
    return byUrl.computeIfAbsent(
        url,
        key ->
            new RedisConnection(
                key, settings.keyPrefix(), settings.timeout(), settings.poolSize()));
  }

  void report(@Observes @Priority(Starting.STORES) Starting starting) {
    starting.report(
        main()
            .map(redis -> "Store: Redis at " + redis + ".")
            .orElse("Store: in this process only, since sluice.redis.url is not set."));
  }

  /**
   * Last of all: whoever stops before may still need Redis. A loop rather than a method reference,
   * which would load a class that was not needed so far; on Open Liberty the archive is gone by
   * now.
   */
  void close(@Observes @Priority(Stopping.CONNECTIONS) Stopping stopping) {
    for (RedisConnection connection : byUrl.values()) {
      connection.close();
    }
  }
}
