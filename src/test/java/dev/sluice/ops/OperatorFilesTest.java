package dev.sluice.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an operator feeds Prometheus and Grafana names metrics that there are; and none is lost. */
class OperatorFilesTest {

  private static final Path RULES = Path.of("server-config/prometheus/sluice.rules.yml");
  private static final Path DASHBOARD = Path.of("server-config/grafana/sluice.json");

  /** A metric, but no rule of Sluice's own, which has colons. */
  private static final Pattern NAME = Pattern.compile("(?<![:\\w])(?:cache|sluice)_\\w+(?![:\\w])");

  private static Set<String> metrics() {
    Map<Metric.Kind, Meter.Type> types =
        Map.of(
            Metric.Kind.COUNTER, Meter.Type.COUNTER,
            Metric.Kind.GAUGE, Meter.Type.GAUGE);
    PrometheusNamingConvention convention = new PrometheusNamingConvention();
    return new Metrics()
        .all().stream()
            .map(
                metric ->
                    convention.name(metric.name(), types.get(metric.kind()), unit(metric))
                        + (metric.kind() == Metric.Kind.COUNTER ? "_total" : ""))
            .collect(Collectors.toSet());
  }

  private static @Nullable String unit(Metric metric) {
    return metric.unit().isEmpty() ? null : metric.unit();
  }

  private static Set<String> named(String text) {
    return NAME.matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void alertsNameMetricsThatThereAre() throws IOException {
    Set<String> named = named(Files.readString(RULES).replaceAll("#.*", ""));
    assertThat(named).hasSizeGreaterThan(4);
    assertThat(metrics()).containsAll(named);
  }

  @Test
  void dashboardShowsMetricsThatThereAre() throws IOException {
    JsonObject dashboard =
        Json.createReader(new StringReader(Files.readString(DASHBOARD))).readObject();
    List<JsonObject> panels = dashboard.getJsonArray("panels").getValuesAs(JsonValue::asJsonObject);
    assertThat(panels).extracting(panel -> panel.getInt("id")).doesNotHaveDuplicates();
    for (JsonObject panel : panels) {
      for (JsonObject target : panel.getJsonArray("targets").getValuesAs(JsonObject.class)) {
        Set<String> named = named(target.getString("expr"));
        assertThat(named).as(panel.getString("title")).isNotEmpty();
        assertThat(metrics()).containsAll(named);
      }
    }
  }
}
