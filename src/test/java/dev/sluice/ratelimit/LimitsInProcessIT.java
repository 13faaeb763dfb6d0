package dev.sluice.ratelimit;

import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Limits without Redis. */
class LimitsInProcessIT extends LimitsContract {

  @Deployment(testable = false)
  static WebArchive service() {
    WebArchive war = war(Map.of());
    boolean isPayara = "payara-micro".equals(System.getProperty("test.server"));
    return isPayara ? war.addClass(ContainerLogin.class) : war;
  }

  /** Other servers would have to be configured for it. */
  @Tag("payara")
  @Test
  void tellsApartWhomTheContainerHasLoggedIn() {
    tellsPrincipalsApart("X-Container-Login");
  }
}
