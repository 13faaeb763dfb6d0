package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Caches without Redis. */
class CacheInProcessIT extends CacheContract {

  @Deployment(testable = false)
  static WebArchive service() {
    return war(Map.of());
  }

  @Override
  String tier() {
    return "local";
  }

  @Test
  void ignoresDirectivesThatMakeTheMethodRun() {
    get("items/directives");
    assertThat(status(get("items/directives", "Cache-Control", "no-cache, max-age=0")))
        .contains("hit");
    assertThat(status(get("items/unstored", "Cache-Control", "no-store"))).contains("stored");
  }
}
