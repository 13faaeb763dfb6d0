package dev.sluice.ops;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Tells MicroProfile Health the liveness of this application. Not a bean where the server lacks
 * that API: see beans.xml.
 */
@Liveness
@ApplicationScoped
public class LivenessCheck implements HealthCheck {

  @Inject private Health health;

  @Override
  public HealthCheckResponse call() {
    return MicroProfileHealth.response(health.liveness());
  }
}
