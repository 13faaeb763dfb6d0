package dev.sluice.lifecycle;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.PayaraMicro;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.ServiceWar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * Undeployment while the server runs on: tasks are finished, connections are closed. {@link
 * OperationIT} stops the whole server.
 */
@ArquillianTest
class UndeploymentIT {

  private static final boolean PAYARA = System.getProperty("test.server").equals("payara-micro");

  @AutoClose private static final RedisProcess redis = RedisProcess.start();

  private static Path logFile;

  @ArquillianResource private Deployer deployer;

  @Deployment(name = "service", managed = false, testable = false)
  static WebArchive service() throws IOException {
    logFile = Files.createTempFile("sluice", ".txt");
    return ServiceWar.with(
        Map.of(
            "sluice.service.log-file", logFile.toString(),
            "sluice.redis.url", redis.url().toString()));
  }

  @Test
  void undeploymentFinishesTasksAndClosesConnections() throws IOException {
    if (PAYARA) {
      try (PayaraMicro server = PayaraMicro.start(Map.of(), service())) {
        finishesTasksAndClosesConnections(server.port(), () -> server.undeploy("sluice"));
      }
    } else {
      deployer.deploy("service");
      finishesTasksAndClosesConnections(
          Integer.getInteger("test.http-port"), () -> deployer.undeploy("service"));
    }
  }

  private static void finishesTasksAndClosesConnections(int port, Runnable stop)
      throws IOException {
    for (int i = 0; i < 20; i++) {
      given().port(port).post("/background-task").then().statusCode(200);
    }
    given().port(port).get("/rate-limited").then().statusCode(200);
    assertThat(redis.connections("sluice")).isNotEmpty();

    stop.run();

    assertThat(Files.readAllLines(logFile)).hasSize(20);
    Awaitility.await()
        .atMost(Duration.ofSeconds(2))
        .until(() -> redis.connections("sluice").isEmpty());
  }
}
