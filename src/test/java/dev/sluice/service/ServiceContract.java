package dev.sluice.service;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.sluice.testing.FailingResource;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.awaitility.Awaitility;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How the service responds to a client, whichever server it runs on and wherever it keeps its data.
 */
@ArquillianTest
abstract class ServiceContract {

  @ArquillianResource private URL deployed;

  private RequestSpecification service;

  /** Where the deployment writes its lines. */
  abstract Path logFile();

  /** A request that may use the operations API. */
  RequestSpecification operator() {
    return request();
  }

  @BeforeEach
  void address() {
    // At the root path on every server, whatever the deployment's name is.
    service =
        new RequestSpecBuilder()
            .setBaseUri("http://" + deployed.getHost() + ":" + deployed.getPort())
            .build();
  }

  RequestSpecification request() {
    return given().spec(service);
  }

  URI address(String path) {
    return URI.create("http://" + deployed.getHost() + ":" + deployed.getPort() + path);
  }

  @Test
  void reportsThatServiceRuns() {
    request()
        .get("/")
        .then()
        .statusCode(200)
        .contentType("application/json")
        .body(equalTo("{\"status\":\"API is running\"}"));
  }

  @Test
  void computesCachedDataOnceForTwoSecondsThenServesCopies() {
    Response first = request().get("/cached-data");
    Response second = request().get("/cached-data");

    first.then().statusCode(200).body("detail", equalTo("This is some cached data"));
    assertThat(first.asString()).matches(".*\"timestamp\":\\d{10}\\.\\d{3}}");
    assertThat(first.time()).isGreaterThanOrEqualTo(2000);
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.asString()).isEqualTo(first.asString());
    assertThat(second.contentType()).isEqualTo(first.contentType());
    assertThat(second.time()).isLessThan(1000);
    String etag = second.header("ETag");
    assertThat(etag).isEqualTo(first.header("ETag"));
    request().header("If-None-Match", etag).get("/cached-data").then().statusCode(304);
  }

  @Test
  void refusesSixthRequestInOneMinute() {
    for (int i = 0; i < 5; i++) {
      request()
          .get("/rate-limited")
          .then()
          .statusCode(200)
          .body("detail", equalTo("This endpoint is rate-limited."));
    }
    Response sixth = request().get("/rate-limited");
    sixth
        .then()
        .statusCode(429)
        .contentType("application/problem+json")
        .body("detail", equalTo("Rate limit exceeded: 5 per 1 minute"))
        .body("status", equalTo(429));
    assertThat(Integer.parseInt(sixth.header("Retry-After"))).isBetween(1, 60);
  }

  @Test
  void respondsAtOnceAndWritesLineAfterwards() throws IOException {
    long before = lines();
    Response response = request().post("/background-task");
    response.then().statusCode(200).body("message", equalTo("Background task has been initiated."));
    Awaitility.await()
        .atMost(Duration.ofMillis(500))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> lines() == before + 1);
    assertThat(Files.readAllLines(logFile()))
        .last()
        .isEqualTo("Task started: Processing data in the background.");
  }

  private long lines() throws IOException {
    return Files.exists(logFile()) ? Files.readAllLines(logFile()).size() : 0;
  }

  /** The checks of the service are among those of the server, where the server responds. */
  @ParameterizedTest
  @CsvSource({
    "/health/live, sluice-live",
    "/health/started, sluice-started",
    "/health/ready, sluice-ready",
    "/health, sluice-live sluice-ready sluice-started"
  })
  void isUpByEachHealthCheck(String path, String checks) {
    String ours = "checks.findAll { it.name.startsWith('sluice') }";
    request()
        .get(path)
        .then()
        .statusCode(200)
        .contentType(startsWith("application/json"))
        .body("status", equalTo("UP"))
        .body(ours + ".name.sort()", equalTo(List.of(checks.split(" "))))
        .body(ours + ".status.unique()", equalTo(List.of("UP")));
  }

  @Test
  void countsRequestsInMetrics() {
    String attempts =
        "sluice_tasks_attempts_total{handler=\"dev.sluice.service.LogWriter\",result=\"done\"}";
    String charged =
        "sluice_limit_decisions_total{policy=\"FailingResource.number\",result=\"within\"}";
    String checks = "sluice_limit_checks_total{result=\"within\"}";
    String gets =
        "cache_gets_total{cache=\"FailingResource.number\",result=\"miss\",tier=\"none\"}";
    String scraped = request().get("/metrics").asString();
    request().get("/failing/number/9176").then().statusCode(200);
    request().post("/background-task").then().statusCode(200);
    assertThat(metric(charged)).isEqualTo(metric(scraped, charged) + 1);
    assertThat(metric(checks)).isEqualTo(metric(scraped, checks) + 1);
    assertThat(metric(gets)).isEqualTo(metric(scraped, gets) + 1);
    Awaitility.await().until(() -> metric(attempts) == metric(scraped, attempts) + 1);
    assertThat(metric("process_uptime_seconds")).isPositive();
  }

  @Test
  void operationsApiShowsWhatHappened() {
    request().get("/failing/number/41").then().statusCode(200);
    operator()
        .get("/sluice/api/caches")
        .then()
        .statusCode(200)
        .header("Cache-Control", "no-store")
        .body("caches.name", hasItem("FailingResource.number"))
        .body("caches.find { it.name == 'FailingResource.number' }.misses", greaterThan(0));
    operator()
        .get("/sluice/api/limits")
        .then()
        .body("policies.find { it.name == 'FailingResource.number' }.permitted", greaterThan(0));
    operator().get("/sluice/api/tasks").then().statusCode(200).body("dead", empty());
    operator().get("/sluice/api/overview").then().statusCode(200).body("checks", notNullValue());
    assertIsProblem(operator().get("/sluice/api/nothing"), 404);
    assertIsProblem(operator().put("/sluice/api/caches"), 405);
  }

  private double metric(String series) {
    return metric(
        request()
            .get("/metrics")
            .then()
            .statusCode(200)
            .contentType(startsWith("text/plain"))
            .extract()
            .asString(),
        series);
  }

  private static double metric(String scraped, String series) {
    return scraped
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + series + " in\n" + scraped));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /no-such-thing, 404",
    "POST, /metrics, 405",
    "GET, /cached-data/x, 404",
    "GET, /failing/number/x, 404",
    "GET, /background-task, 405",
    "DELETE, /, 405",
    "POST, /cached-data, 405",
    "PUT, /rate-limited, 405",
    "POST, /failing, 415",
    "GET, /failing/unavailable, 503"
  })
  void rendersFrameworkErrorsAsProblems(String method, String path, int status) {
    // A browser asks for HTML; the form of an error stays.
    for (String accepted : List.of("*/*", "text/html")) {
      Response response =
          request().contentType("text/plain").accept(accepted).request(method, path);
      assertIsProblem(response, status);
      if (status == 405) {
        assertThat(response.header("Allow"))
            .contains(path.equals("/background-task") ? "POST" : "GET")
            .doesNotContain(method);
      }
    }
  }

  @Test
  void rendersNotAcceptableAsProblem() {
    for (String accepted : List.of("image/png", "text/html")) {
      assertIsProblem(request().accept(accepted).get("/"), 406);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"unexpected", "checked", "error", "later"})
  void rendersUnexpectedExceptionAsProblemWithoutDetails(String failure) {
    Response response = request().get("/failing/" + failure);
    assertIsProblem(response, 500);
    response.then().body("instance", startsWith("urn:uuid:"));
  }

  static void assertIsProblem(Response response, int status) {
    response
        .then()
        .statusCode(status)
        .header("Content-Type", equalTo("application/problem+json"))
        .body("status", equalTo(status))
        .body("title", not(equalTo("")))
        .body("detail", not(equalTo("")));
    assertThat(response.asString())
        .doesNotContain("dev.sluice", "java.", "Exception", FailingResource.SECRET);
  }

  @ParameterizedTest
  @CsvSource({
    "/, 200",
    "/failing/number/1, 200",
    "/no-such-thing, 404",
    "/background-task, 405",
    "/metrics, 200"
  })
  void respondsToHeadAsToGetWithoutBody(String path, int status) {
    Response get = request().get(path);
    Response head = request().head(path);
    head.then().statusCode(status).contentType(get.contentType());
    assertThat(head.asByteArray()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"/, GET", "/cached-data, GET", "/rate-limited, GET", "/background-task, POST"})
  void listsAllowedMethodsOnOptions(String path, String method) {
    Response response = request().options(path);
    assertThat(response.statusCode()).isBetween(200, 204);
    assertThat(response.header("Allow")).contains(method, "OPTIONS");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /%zz HTTP/1.1",
        "GET /cached-data/%zz HTTP/1.1",
        "GET /%c0%ae%c0%ae/ HTTP/1.1",
        "GET /cached-data%00 HTTP/1.1",
        "GET /?q=%zz HTTP/1.1",
        "GET /failing/number/1?q=%zz HTTP/1.1",
        "BREW / HTTP/1.1",
        "BREW /cached-data HTTP/1.1",
        "BREW /rate-limited HTTP/1.1",
        "BREW /background-task HTTP/1.1",
        "GET /?LONG HTTP/1.1",
        "GET /failing/number/1?q=LONG HTTP/1.1",
        "GET / HTTP/1.1\r\nX-Long: LONG",
        "GET /failing/number/1 HTTP/1.1\r\nIf-None-Match: LONG",
        "POST /background-task HTTP/1.1\r\nX-Long: LONG\r\nContent-Length: 0",
        "POST /background-task HTTP/1.1\r\nContent-Length: -1"
      })
  void rejectsMalformedRequestsWithoutServerError(String start) throws IOException {
    String response =
        raw(
            start.replace("LONG", "a".repeat(1 << 20))
                + "\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(response).doesNotContain("dev.sluice", "java.", "\tat ");
    if (!response.isEmpty()) {
      assertThat(response).startsWith("HTTP/1.1 ").doesNotStartWith("HTTP/1.1 500");
    }
    reportsThatServiceRuns();
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Type: a/b;q=2",
    "Content-Type: a/b;q=x",
    "Content-Type: a",
    "Content-Type: /;;",
    "Content-Type: ;",
    "Accept: /",
    "Accept: a/b;q=x",
    "Accept: a/b;q=2",
    "Accept: ;;;"
  })
  void rendersMalformedHeaderAsProblem(String field) throws IOException {
    for (String line : List.of("GET / HTTP/1.1", "POST /background-task HTTP/1.1")) {
      String length = line.startsWith("POST") ? "Content-Length: 0\r\n" : "";
      String request = line + "\r\nHost: x\r\nConnection: close\r\n" + length + field + "\r\n\r\n";
      String response = raw(request);
      assertIsNoPage(request, response);
      if (!response.startsWith("HTTP/1.1 2")) { // some servers overlook what others reject
        assertThat(response).as(request).matches("(?s)HTTP/1.1 4.*application/problem\\+json.*");
      }
    }
  }

  @Test
  void survivesHostileRequests() throws IOException {
    sendHostileRequests(2_500, new Random(1));
  }

  @Test
  @Tag("soak")
  void survivesManyHostileRequests() throws IOException {
    sendHostileRequests(100_000, new Random());
  }

  private void sendHostileRequests(int count, Random random) throws IOException {
    for (int i = 0; i < count; i++) {
      String request = HostileRequest.next(random);
      assertIsNoPage(request, raw(request));
    }
    reportsThatServiceRuns();
  }

  /** The status is no 500, and no part of the response is HTML. */
  private static void assertIsNoPage(String request, String response) {
    assertThat(response).as(request).doesNotStartWith("HTTP/1.1 500");
    // Open Liberty itself rejects a path that it cannot decode, with a page of its own.
    boolean isOfServer =
        "liberty".equals(System.getProperty("test.server")) && response.startsWith("HTTP/1.1 400");
    if (!isOfServer) {
      assertThat(response.toLowerCase(Locale.ROOT))
          .as(request)
          .doesNotContain("<html", "content-type: text/html");
    }
  }

  /**
   * Sends these bytes and returns what comes back before the connection is closed, even if it is
   * reset.
   */
  private String raw(String request) throws IOException {
    StringBuilder response = new StringBuilder();
    try (Socket socket = new Socket(deployed.getHost(), deployed.getPort())) {
      socket.setSoTimeout(10_000);
      try {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        InputStream in = socket.getInputStream();
        byte[] bytes = new byte[8192];
        for (int n = in.read(bytes); n > 0; n = in.read(bytes)) {
          response.append(new String(bytes, 0, n, StandardCharsets.ISO_8859_1));
        }
      } catch (java.net.SocketException closed) {
        // The server gave up on it: allowed.
      }
    }
    return response.toString();
  }
}
