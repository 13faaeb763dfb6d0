package dev.sluice.ops;

import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** The outcome of a check in the types of MicroProfile Health. */
final class MicroProfileHealth {

  private MicroProfileHealth() {}

  static HealthCheckResponse response(HealthState state) {
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named(state.name()).status(state.status() == HealthState.Status.UP);
    state.data().forEach(datum -> response.withData(datum.name(), datum.value()));
    return response.build();
  }
}
