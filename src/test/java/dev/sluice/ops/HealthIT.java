package dev.sluice.ops;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.ServiceWar;
import io.restassured.response.ValidatableResponse;
import java.net.URL;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The health of the service, whether the server or the service itself responds. */
@ArquillianTest
class HealthIT {

  @AutoClose private static final RedisProcess redis = RedisProcess.start();

  /** The checks of the service among those of the server. */
  private static final String OURS = "checks.findAll { it.name.startsWith('sluice') }";

  @ArquillianResource private URL deployed;

  @Deployment(testable = false)
  static WebArchive service() {
    return ServiceWar.with(Map.of("sluice.redis.url", redis.url().toString()));
  }

  private ValidatableResponse get(String path) {
    return given()
        .baseUri("http://" + deployed.getHost() + ":" + deployed.getPort())
        .get(path)
        .then();
  }

  @ParameterizedTest
  @CsvSource({
    "/health/live, sluice-live",
    "/health/started, sluice-started",
    "/health/ready, sluice-ready"
  })
  void isUpByEachCheck(String path, String check) {
    get(path)
        .statusCode(200)
        .contentType(startsWith("application/json"))
        .body("status", equalTo("UP"))
        .body(OURS + ".name", contains(check))
        .body(OURS + ".status", contains("UP"));
  }

  @Test
  void listsAllChecksOfTheService() {
    get("/health")
        .statusCode(200)
        .body("status", equalTo("UP"))
        .body(OURS + ".name", containsInAnyOrder("sluice-live", "sluice-started", "sluice-ready"));
  }

  @Test
  void staysReadyWhileRedisIsDownAndSaysSo() {
    awaitLimits("available");
    redis.kill();
    try {
      awaitLimits("unavailable");
    } finally {
      redis.restart();
    }
    awaitLimits("available");
  }

  /** Requests are what notices the state of Redis. */
  private void awaitLimits(String state) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              get("/rate-limited");
              return get("/health/ready")
                  .statusCode(200)
                  .body("status", equalTo("UP"))
                  .extract()
                  .path("checks.find { it.name == 'sluice-ready' }.data.'redis.limits'");
            },
            state::equals);
  }
}
