package dev.sluice.ops;

import dev.sluice.lifecycle.Starting;
import dev.sluice.lifecycle.Stopping;
import dev.sluice.ops.Metric.Kind;
import dev.sluice.ops.Metric.Sample;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The metrics for the server's OpenTelemetry. Not a bean where the server lacks that API: see
 * beans.xml.
 */
@ApplicationScoped
public class OpenTelemetryMetrics {

  /** What UCUM, in which OpenTelemetry writes units, calls them. */
  private static final Map<String, String> UNITS = Map.of("bytes", "By", "seconds", "s", "", "1");

  @Inject private Metrics metrics;
  @Inject private Instance<OpenTelemetry> telemetry;

  private final List<AutoCloseable> instruments = new ArrayList<>();

  void start(@Observes @Priority(Starting.SERVICE) Starting starting) {
    if (telemetry.isResolvable()) {
      bind(metrics.all(), telemetry.get());
    }
  }

  void bind(List<Metric> all, OpenTelemetry target) {
    Meter meter = target.getMeter("dev.sluice");
    all.forEach(metric -> instruments.add(instrument(meter, metric)));
  }

  private static AutoCloseable instrument(Meter meter, Metric metric) {
    String unit = UNITS.getOrDefault(metric.unit(), metric.unit());
    return metric.kind() == Kind.COUNTER
        ? meter
            .counterBuilder(metric.name())
            .ofDoubles()
            .setUnit(unit)
            .setDescription(metric.description())
            .buildWithCallback(measurement -> record(metric, measurement))
        : meter
            .gaugeBuilder(metric.name())
            .setUnit(unit)
            .setDescription(metric.description())
            .buildWithCallback(measurement -> record(metric, measurement));
  }

  private static void record(Metric metric, ObservableDoubleMeasurement measurement) {
    metric
        .samples()
        .get()
        .forEach(sample -> measurement.record(sample.value().getAsDouble(), attributes(sample)));
  }

  private static Attributes attributes(Sample sample) {
    AttributesBuilder attributes = Attributes.builder();
    sample.labels().forEach(attributes::put);
    return attributes.build();
  }

  void stop(@Observes @Priority(Stopping.LISTENERS) Stopping stopping) throws Exception {
    for (AutoCloseable instrument : instruments) {
      instrument.close();
    }
  }
}
