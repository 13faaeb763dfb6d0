package dev.sluice.ops;

import dev.sluice.ops.Metric.Kind;
import dev.sluice.ops.Metric.Sample;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The metrics of this application as meters of one registry, as long as this is referred to. */
public final class BoundMeters {

  private record Key(String name, Map<String, String> labels) {}

  private final Supplier<List<Metric>> metrics;
  private final MeterRegistry registry;
  private final Map<Key, Meter> meters = new HashMap<>();

  BoundMeters(Supplier<List<Metric>> metrics, MeterRegistry registry) {
    this.metrics = metrics;
    this.registry = registry;
    refresh();
  }

  /** Adds a meter for each combination of labels that is new. */
  public synchronized void refresh() {
    for (Metric metric : metrics.get()) {
      metric
          .samples()
          .get()
          .forEach(
              sample ->
                  meters.computeIfAbsent(
                      new Key(metric.name(), sample.labels()), key -> register(metric, sample)));
    }
  }

  private Meter register(Metric metric, Sample sample) {
    List<Tag> tags =
        sample.labels().entrySet().stream()
            .map(label -> Tag.of(label.getKey(), label.getValue()))
            .toList();
    @Nullable String unit = metric.unit().isEmpty() ? null : metric.unit();
    // Counters refer to this weakly: a registry that lives on does not keep the application.
    return metric.kind() == Kind.GAUGE
        ? Gauge.builder(metric.name(), () -> sample.value().getAsDouble())
            .tags(tags)
            .baseUnit(unit)
            .description(metric.description())
            .register(registry)
        : FunctionCounter.builder(metric.name(), this, any -> sample.value().getAsDouble())
            .tags(tags)
            .baseUnit(unit)
            .description(metric.description())
            .register(registry);
  }

  /** Removes all of them; the registry may live on without this application. */
  synchronized void remove() {
    meters.values().forEach(registry::remove);
    meters.clear();
  }
}
