package dev.sluice.ops;

import dev.sluice.lifecycle.Starting;
import dev.sluice.lifecycle.Stopping;
import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisConnections;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** The health of this application on this node. Asking costs no call to Redis. */
@ApplicationScoped
public class Health {

  private enum Phase {
    NEW,
    STARTED,
    STOPPING
  }

  @Inject private RedisConnections connections;
  private volatile Phase phase = Phase.NEW;

  void start(@Observes @Priority(Starting.SERVICE + 1) Starting starting) {
    phase = Phase.STARTED;
  }

  void stop(@Observes @Priority(Stopping.WORK - 1) Stopping stopping) {
    phase = Phase.STOPPING;
  }

  /** Returns whether the application has to be restarted: never, as long as it responds. */
  public HealthState liveness() {
    return new HealthState("sluice-live", HealthState.Status.UP, List.of());
  }

  /** Returns whether everything has been opened. */
  public HealthState startup() {
    return new HealthState("sluice-started", upIf(phase != Phase.NEW), List.of());
  }

  /**
   * Returns whether the application takes requests. The data says for each feature whether its
   * calls reach Redis: {@code available}, {@code unavailable} while its circuit breaker is open, or
   * {@code none} where no Redis is configured.
   */
  public HealthState readiness() {
    return new HealthState(
        "sluice-ready",
        upIf(phase == Phase.STARTED),
        List.of(
            redis("redis.caches", connections.caches()),
            redis("redis.limits", connections.limits()),
            redis("redis.tasks", connections.tasks())));
  }

  private static HealthState.Status upIf(boolean condition) {
    return condition ? HealthState.Status.UP : HealthState.Status.DOWN;
  }

  private static HealthState.Datum redis(String name, Optional<RedisConnection> connection) {
    return new HealthState.Datum(
        name,
        connection.map(redis -> redis.isAvailable() ? "available" : "unavailable").orElse("none"));
  }
}
