package dev.sluice.cache;

import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** Caches without Redis. */
class CacheInProcessIT extends CacheContract {

  @Deployment(testable = false)
  static WebArchive service() {
    return war(Map.of());
  }

  @Override
  String tier() {
    return "near";
  }
}
