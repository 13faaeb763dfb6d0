package dev.sluice.ops;

import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Numbers under one name, one for each combination of labels.
 *
 * @param name words separated by dots, as Micrometer and OpenTelemetry have it
 * @param unit {@code bytes} or {@code seconds}; empty for a count
 * @param samples reads what combinations there are now; further ones may come, none goes
 */
public record Metric(
    String name, Kind kind, String unit, String description, Supplier<Stream<Sample>> samples) {

  /** How a number changes. */
  public enum Kind {
    /** Only grows while the application runs. */
    COUNTER,
    /** Grows and falls. */
    GAUGE
  }

  /**
   * One number.
   *
   * @param labels their names are the same for all samples of a metric
   * @param value reads it, with one call of Redis a second at most for all of them
   */
  public record Sample(Map<String, String> labels, DoubleSupplier value) {}
}
