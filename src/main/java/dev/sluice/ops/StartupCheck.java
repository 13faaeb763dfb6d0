package dev.sluice.ops;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/**
 * Tells MicroProfile Health the startup of this application. Not a bean where the server lacks that
 * API: see beans.xml.
 */
@Startup
@ApplicationScoped
public class StartupCheck implements HealthCheck {

  @Inject private Health health;

  @Override
  public HealthCheckResponse call() {
    return MicroProfileHealth.response(health.startup());
  }
}
