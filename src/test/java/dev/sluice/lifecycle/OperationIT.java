package dev.sluice.lifecycle;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.FailingResource;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.ServerProcess;
import dev.sluice.testing.ServiceWar;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service over several outages of Redis, seen by its log and its responses. */
class OperationIT {

  private static final String PASSWORD = "s3cr3t@of/redis";

  @AutoClose private final RedisProcess redis = RedisProcess.stopped("--requirepass", PASSWORD);

  @TempDir private Path folder;

  private ServerProcess server;
  private int client;

  @Test
  void followsRedisFromAbsentToFoundLostAndFoundAgain() throws IOException {
    Path lines = folder.resolve("log.txt");
    try (ServerProcess started = ServerProcess.start(service(lines))) {
      server = started;
      servesWithoutRedis();
      assertLogged(1, 0);

      redis.restart();
      assertFound();
      assertLogged(1, 1);

      redis.kill();
      servesWithoutRedis();
      assertLogged(2, 1);

      redis.restart();
      assertFound();
      assertLogged(2, 2);

      logsAnUnexpectedErrorUnderTheIdOfTheResponse();
      finishesTasksAndClosesConnectionsOnSigterm(lines);
      assertThat(server.log()).doesNotContain(PASSWORD).doesNotContain("s3cr3t");
    }
  }

  private WebArchive service(Path lines) {
    return ServiceWar.with(
        Map.of(
            "sluice.service.log-file",
            lines.toString(),
            "sluice.service.work",
            "10ms",
            "sluice.client.trusted-proxies",
            "127.0.0.1",
            "sluice.redis.url",
            redis.url().toString()),
        FailingResource.class,
        StopWitness.class);
  }

  /** A request of another client each time, so that no limit is reached. */
  private RequestSpecification request() {
    return given().port(server.port()).header("X-Forwarded-For", "10.0.0." + client++ % 250);
  }

  private void servesWithoutRedis() {
    for (int i = 0; i < 50; i++) {
      request().get("/").then().statusCode(200);
      request().get("/cached-data").then().statusCode(200);
      request().get("/rate-limited").then().statusCode(200);
      request().post("/background-task").then().statusCode(200);
    }
  }

  private void assertFound() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(2))
        .until(
            () -> {
              request().get("/rate-limited").then().statusCode(200);
              return redis.calls("eval") > 0 && !redis.connections("sluice").isEmpty();
            });
    servesWithoutRedis();
  }

  /**
   * One line for each outage and each return, and for each of caches, limits and tasks, however
   * many requests there were.
   */
  private void assertLogged(int troubles, int returns) {
    for (String use : List.of("caches", "limits", "tasks")) {
      String trouble = " is in trouble for " + use;
      String back = " is back; " + use;
      Awaitility.await().atMost(Duration.ofSeconds(2)).until(() -> lines(back).size() >= returns);
      assertThat(lines(trouble)).hasSize(troubles);
      assertThat(lines(back)).hasSize(returns);
    }
    assertThat(server.log()).doesNotContain("RedisUnavailableException", "JedisConnection");
  }

  private List<String> lines(String text) {
    return server.log().lines().filter(line -> line.contains(text)).toList();
  }

  private void logsAnUnexpectedErrorUnderTheIdOfTheResponse() {
    Response response = request().get("/failing/unexpected");
    assertThat(server.log())
        .contains(response.jsonPath().getString("instance"))
        .contains(FailingResource.SECRET);
  }

  private void finishesTasksAndClosesConnectionsOnSigterm(Path lines) throws IOException {
    int before = Files.readAllLines(lines).size();
    for (int i = 0; i < 20; i++) {
      request().post("/background-task").then().statusCode(200);
    }
    // Also loads the classes that count them: some servers load none while they stop.
    assertThat(request().get("/connections").asString()).isNotEqualTo("0 connections");

    server.terminate();

    assertThat(Files.readAllLines(lines))
        .hasSize(before + 21)
        .endsWith("Task started: Processing data in the background.", "0 connections");
    // The EJB and the web module announce both; the stop is too late for some servers' logs.
    assertThat(lines("Sluice startup complete")).hasSize(1);
    assertThat(lines("Sluice stopped.")).hasSizeLessThan(2);
    assertThat(server.log()).doesNotContain("WFLYEE0110", "WELD-000411");
    assertThat(redis.connections("sluice")).isEmpty();
  }
}
