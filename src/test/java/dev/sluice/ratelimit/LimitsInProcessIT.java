package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The contract without Redis. */
class LimitsInProcessIT extends LimitsContract {

  @Deployment(testable = false)
  static WebArchive service() {
    WebArchive war = war(Map.of());
    boolean isPayara = "payara-micro".equals(System.getProperty("test.server"));
    return isPayara ? war.addClass(ContainerLogin.class) : war;
  }

  /** Other servers need configuration for it. */
  @Tag("payara")
  @Test
  void countsTheUsersThatTheContainerHasLoggedIn() {
    countsPrincipals("X-Container-Login");
  }

  /**
   * RESTEasy proxies the request: Undertow does not forward it, and Liberty forwards it forever.
   */
  @Tag("payara")
  @Test
  void countsAForwardedRequestAgainstTheLimitsOfItsTarget() {
    request().get("/limits/forward").then().statusCode(200);
    request().get("/limits/forward").then().statusCode(200);
    request().get("/limits/forwarded").then().statusCode(429);
    assertThat(request().get("/limits/forward").asString()).contains("Rate limit exceeded: 2 per");
  }
}
