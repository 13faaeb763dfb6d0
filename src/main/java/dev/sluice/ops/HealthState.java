package dev.sluice.ops;

import java.util.List;

/**
 * The outcome of one health check, as MicroProfile Health has it.
 *
 * @param name the check
 * @param data facts beside the status, in order
 */
public record HealthState(String name, Status status, List<Datum> data) {

  /** Whether the check has succeeded. */
  public enum Status {
    UP,
    DOWN
  }

  /** One fact. */
  public record Datum(String name, String value) {}
}
