package dev.sluice.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.FailingResource;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.ServiceWar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Jedis;

/** The service on Redis, as the user that {@code operations.md} describes. */
class OnRedisIT extends ServiceContract {

  @AutoClose private static final RedisProcess redis = RedisProcess.start();

  private static final String STATUS = "Cache-Status";

  private static final String DOCUMENTED_USER = "ACL SETUSER sluice ";

  private static Path logFile;

  @Deployment(testable = false)
  static WebArchive service() throws IOException {
    logFile = Files.createTempDirectory("sluice").resolve("log.txt");
    try (Jedis jedis = redis.connect()) {
      jedis.sendCommand("ACL"::getBytes, documentedUser().toArray(String[]::new));
      jedis.aclLogReset();
    }
    return ServiceWar.with(
        Map.of(
            "sluice.service.log-file",
            logFile.toString(),
            "sluice.key-prefix",
            "shop",
            "sluice.redis.url",
            "redis://sluice:secret@127.0.0.1:" + redis.port()),
        FailingResource.class);
  }

  /** The words after ACL. */
  private static List<String> documentedUser() throws IOException {
    String page = Files.readString(Path.of("src/site/markdown/operations.md"), UTF_8);
    int start = page.indexOf(DOCUMENTED_USER);
    String command = page.substring(start, page.indexOf("```", start)).replace("\\\n", " ");
    List<String> words = List.of(command.strip().split("\\s+"));
    return words.subList(1, words.size());
  }

  @AfterEach
  void nothingWasDenied() {
    try (Jedis jedis = redis.connect()) {
      assertThat(jedis.aclLog())
          .extracting(entry -> entry.getReason() + " " + entry.getObject())
          .allMatch(denied -> denied.equals("command info"));
    }
  }

  /** For a method with both annotations. Calls of the task queue are not counted. */
  @ParameterizedTest
  @CsvSource({"shop:c:, 0", "shop:r:, 10"})
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
