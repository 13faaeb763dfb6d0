package dev.sluice.ratelimit;

import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** Limits without Redis. */
class LimitsInProcessIT extends LimitsContract {

  @Deployment(testable = false)
  static WebArchive service() {
    return war(Map.of());
  }
}
