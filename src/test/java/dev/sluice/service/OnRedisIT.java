package dev.sluice.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;

import dev.sluice.testing.FailingResource;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.ServiceWar;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Jedis;

/** The service on Redis, as the user that {@code operations.md} describes. */
class OnRedisIT extends ServiceContract {

  @AutoClose private static final RedisProcess redis = RedisProcess.start();

  /** A metric with conditions on its labels; and one such condition. */
  private static final Pattern SELECTOR = Pattern.compile("((?:cache|sluice)_\\w+)\\{([^}]*)}");

  private static final Pattern LABEL = Pattern.compile("(\\w+)!?=~?\"([^\"]*)\"");

  private static final String STATUS = "Cache-Status";

  private static final String DOCUMENTED_USER = "ACL SETUSER sluice ";

  private static final String TOKEN = "a token of the tests";

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
            "sluice.ops.token",
            TOKEN,
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
  RequestSpecification operator() {
    return request().header("Authorization", "Bearer " + TOKEN);
  }

  private ValidatableResponse act(String action) {
    return operator().post("/sluice/api/" + action).then();
  }

  @Test
  void operationsApiActsForCallerWithToken() {
    for (String token : List.of("", "Bearer ", "Bearer another token of the tests", TOKEN)) {
      Response refused = request().header("Authorization", token).get("/sluice/api/overview");
      assertIsProblem(refused, 401);
      assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer");
    }
    assertIsProblem(request().post("/sluice/api/caches/clear?cache=CachedDataResource.read"), 401);
    act("caches/clear?cache=CachedDataResource.read").statusCode(200);
    assertThat(request().get("/metrics").asString())
        .contains("cache_evictions_total{cache=\"CachedDataResource.read\"} 1.0");
    act("caches/clear?cache=none").statusCode(400).body("detail", containsString("none"));
    act("caches/clear").statusCode(400).body("detail", containsString("cache is missing"));
    act("caches/evict-tag?tag=t").statusCode(200);
    act("tasks/requeue?id=x").statusCode(400);
    act("tasks/discard?id=0123456789012345678901").statusCode(200).body("ids", empty());
    act("nothing").statusCode(404);
  }

  @Test
  void operationsApiResetsClient() {
    String reset = "limits/reset?policy=RateLimitedResource.read&client=address:127.0.0.1";
    act(reset).statusCode(200);
    for (int i = 0; i < 5; i++) {
      request().get("/rate-limited").then().statusCode(200);
    }
    request().get("/rate-limited").then().statusCode(429);
    act(reset).statusCode(200);
    request().get("/rate-limited").then().statusCode(200);
    act(reset).statusCode(200); // for the other tests
  }

  @Test
  void metricsHaveWhatAlertsAndDashboardSelect() throws IOException {
    request().header("Authorization", "x").get("/cached-data").then().statusCode(200);
    String scraped = request().get("/metrics").asString();
    String files =
        Files.readString(Path.of("server-config/prometheus/sluice.rules.yml"))
            + Files.readString(Path.of("server-config/grafana/sluice.json")).replace("\\\"", "\"");
    Matcher selector = SELECTOR.matcher(files);
    int found = 0;
    for (; selector.find(); found++) {
      String name = selector.group(1);
      Matcher label = LABEL.matcher(selector.group(2));
      while (label.find()) {
        for (String value : label.group(2).split("\\|")) {
          if (!label.group(1).equals("instance")) { // Prometheus adds it
            assertThat(scraped)
                .containsPattern(name + "\\{.*" + label.group(1) + "=\"" + value + "\"");
          }
        }
      }
    }
    assertThat(found).isGreaterThan(15);
  }

  @Override
  Path logFile() {
    return logFile;
  }
}
