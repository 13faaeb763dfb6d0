package dev.sluice.ops;

import dev.sluice.execution.ContainerServices;
import dev.sluice.execution.Heartbeat;
import dev.sluice.lifecycle.Starting;
import dev.sluice.lifecycle.Stopping;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The metrics for Micrometer: in the {@link MeterRegistry} that the application has as a CDI bean,
 * if it has one, and in those that it names. Not a bean where Micrometer is not there: see
 * beans.xml.
 */
@ApplicationScoped
public class MicrometerMetrics {

  /** Between two looks for labels that are new. */
  private static final Duration REFRESH = Duration.ofSeconds(10);

  @Inject private Metrics metrics;
  @Inject private Instance<MeterRegistry> registry;
  @Inject private ContainerServices container;

  private @Nullable BoundMeters bound;
  private @Nullable Heartbeat heartbeat;

  void start(@Observes @Priority(Starting.SERVICE) Starting starting) {
    if (registry.isResolvable()) {
      BoundMeters meters = bind(registry.get());
      bound = meters;
      heartbeat = Heartbeat.start(container.threads(), REFRESH, meters::refresh);
    }
  }

  void stop(@Observes @Priority(Stopping.LISTENERS) Stopping stopping) {
    if (heartbeat != null && bound != null) {
      heartbeat.stop();
      bound.remove();
    }
  }

  /** Adds the metrics to a registry, which is to be refreshed now and then. */
  public BoundMeters bind(MeterRegistry target) {
    return new BoundMeters(metrics::all, target);
  }
}
