package dev.sluice.ops;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lifecycle.Stopping;
import dev.sluice.ops.Metric.Kind;
import dev.sluice.ops.Metric.Sample;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The outlets of metrics, and the page that lists them. */
class MetricsTest {

  private final Map<String, Double> runs = new ConcurrentHashMap<>(Map.of("a", 1.0));

  private final Metric counter =
      new Metric(
          "test.runs",
          Kind.COUNTER,
          "seconds",
          "Runs",
          () ->
              runs.keySet().stream()
                  .map(name -> new Sample(Map.of("name", name), () -> runs.get(name))));

  private final Metric gauge =
      new Metric(
          "test.open",
          Kind.GAUGE,
          "",
          "Open ones",
          () -> List.of(new Sample(Map.of(), () -> 3)).stream());

  @Test
  void readsValuesWhenAsked() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    BoundMeters meters = new BoundMeters(() -> List.of(counter, gauge), registry);
    runs.put("a", 2.5);
    assertThat(registry.scrape().lines())
        .contains("test_runs_seconds_total{name=\"a\"} 2.5", "test_open 3.0");
    meters.remove();
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void addsNewLabelsOnRefresh() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    BoundMeters meters = new BoundMeters(() -> List.of(counter), registry);
    runs.put("b", 7.0);
    meters.refresh();
    assertThat(registry.get("test.runs").tag("name", "b").functionCounter().count()).isEqualTo(7);
    assertThat(registry.getMeters()).hasSize(2);
  }

  @Test
  void givesOpenTelemetryTheSameNumbers() throws Exception {
    InMemoryMetricReader reader = InMemoryMetricReader.create();
    OpenTelemetryMetrics outlet = new OpenTelemetryMetrics();
    try (SdkMeterProvider provider =
        SdkMeterProvider.builder().registerMetricReader(reader).build()) {
      outlet.bind(
          List.of(counter, gauge), OpenTelemetrySdk.builder().setMeterProvider(provider).build());
      runs.put("b", 7.0);
      Map<String, MetricData> metrics =
          reader.collectAllMetrics().stream().collect(toMap(MetricData::getName, data -> data));
      assertThat(metrics.get("test.runs").getUnit()).isEqualTo("s");
      assertThat(metrics.get("test.runs").getDoubleSumData().isMonotonic()).isTrue();
      assertThat(metrics.get("test.runs").getDoubleSumData().getPoints())
          .extracting(
              point ->
                  List.copyOf(point.getAttributes().asMap().values()).toString() + point.getValue())
          .containsExactlyInAnyOrder("[a]1.0", "[b]7.0");
      assertThat(metrics.get("test.open").getDoubleGaugeData().getPoints())
          .extracting(point -> point.getValue())
          .containsExactly(3.0);
      outlet.stop(new Stopping());
      assertThat(reader.collectAllMetrics()).isEmpty();
    }
  }

  @Test
  void pageListsEveryMetric() throws IOException {
    String page = Files.readString(Path.of("src/site/markdown/operations.md"));
    String section = page.substring(page.indexOf("## Metrics"));
    Map<String, String> documented =
        Pattern.compile("(?m)^\\| `([a-z.]+)` \\| (counter|gauge)(?:, (\\w+))? \\|")
            .matcher(section)
            .results()
            .collect(
                toMap(
                    row -> row.group(1),
                    row -> row.group(2) + (row.group(3) == null ? "" : row.group(3))));
    assertThat(documented)
        .isEqualTo(
            new Metrics()
                .all().stream()
                    .collect(
                        Collectors.toMap(
                            Metric::name,
                            metric ->
                                metric.kind().name().toLowerCase(Locale.ROOT) + metric.unit())));
  }
}
