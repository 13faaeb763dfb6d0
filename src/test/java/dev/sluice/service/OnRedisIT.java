package dev.sluice.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.FailingResource;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.ServiceWar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The service on Redis. */
class OnRedisIT extends ServiceContract {

  @AutoClose private static final RedisProcess redis = RedisProcess.start();

  private static final String STATUS = "Cache-Status";

  private static Path logFile;

  @Deployment(testable = false)
  static WebArchive service() throws IOException {
    logFile = Files.createTempDirectory("sluice").resolve("log.txt");
    return ServiceWar.with(
        Map.of(
            "sluice.service.log-file", logFile.toString(),
            "sluice.redis.url", redis.url().toString()),
        FailingResource.class);
  }

  /** For a method with both annotations. Calls of the task queue are not counted. */
  @ParameterizedTest
  @CsvSource({"sluice:c:, 0", "sluice:r:, 10"})
  void nearHitSendsNoRedisCommandButTheLimits(String prefix, long scripts) {
    Supplier<String> request =
        () -> request().get("/failing/number/7").then().statusCode(200).extract().header(STATUS);
    Awaitility.await().until(() -> request.get().contains("detail=near"));
    assertThat(
            redis.scriptsOn(
                prefix,
                () -> {
                  for (int i = 0; i < 10; i++) {
                    assertThat(request.get()).contains("detail=near");
                  }
                }))
        .isEqualTo(scripts);
  }

  @Override
  Path logFile() {
    return logFile;
  }
}
