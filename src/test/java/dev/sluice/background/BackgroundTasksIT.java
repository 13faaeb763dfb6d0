package dev.sluice.background;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.ServiceWar;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** Tasks in a real server, on Redis; one runs at a time, so that their order shows. */
@ArquillianTest
@Timeout(60)
class BackgroundTasksIT {

  private static final String KEYS = "sluice:tasks:{default}:";
  private static RedisProcess redis;

  /** Where the service's log file should be: a link, so that a test can make it go wrong. */
  private static Path logFile;

  @ArquillianResource private URL deployed;
  private RequestSpecification service;

  /** A name for this test's tasks. */
  private final String text = UUID.randomUUID().toString();

  @Deployment(testable = false)
  static WebArchive war() throws IOException {
    redis = RedisProcess.start();
    logFile = Files.createTempDirectory("sluice").resolve("log.txt");
    return ServiceWar.with(
        Map.of(
            "sluice.redis.url", redis.url().toString(),
            "sluice.service.log-file", logFile.toString(),
            "sluice.tasks.concurrency", "1",
            "sluice.tasks.max-attempts", "2",
            "sluice.policies.twice-an-hour.limits", "2/hour; 1 concurrent",
            "sluice.tasks.queue-capacity", "50"),
        TaskingResource.class,
        RecordingHandler.class,
        LeapDayHandler.class,
        ThrottledHandler.class,
        RecordingHandler.Note.class,
        TaskingResource.Longer.class,
        InTransaction.Outcome.class,
        ListedApplication.class,
        PerRequest.class,
        InTransaction.class);
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @BeforeEach
  void address() {
    service =
        new RequestSpecBuilder()
            .setBaseUri("http://" + deployed.getHost() + ":" + deployed.getPort())
            .setBasePath("/tasking/" + text)
            .build();
  }

  private RequestSpecification request() {
    return given().spec(service);
  }

  /** To an application that lists its classes, and none of ours. */
  private RequestSpecification requestToHost() {
    return given().spec(service).basePath("/listed/tasking/" + text);
  }

  private RequestSpecification requestToService() {
    return given().spec(service).basePath("/");
  }

  /** What the handler has noted of this test's tasks. */
  private List<String> notes() {
    return request()
        .get("/notes")
        .asString()
        .lines()
        .filter(line -> line.startsWith(text))
        .map(line -> line.substring(text.length()))
        .toList();
  }

  private void awaitNotes(String... expected) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(notes()).containsExactly(expected));
  }

  /** Runs one more task, so that those before it would have run. */
  private void awaitThoseBefore() {
    request().post("/many?count=1").then().statusCode(200);
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(notes()).contains("0#1.1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"large", "large-later"})
  void runsWhenTheResponseHasBeenHandedToTheNetwork(String path) throws IOException {
    try (Socket client = new Socket()) {
      client.setReceiveBufferSize(16 << 10);
      client.connect(new InetSocketAddress(deployed.getHost(), deployed.getPort()));
      client
          .getOutputStream()
          .write(("GET /tasking/" + text + "/" + path + " HTTP/1.0\r\n\r\n").getBytes(UTF_8));
      InputStream in = client.getInputStream();
      assertThat(in.readNBytes(1 << 20)).hasSize(1 << 20);
      request().post("/status?code=200").then().statusCode(200);
      awaitNotes("#1.1"); // a later one; the first waits for its reader
      assertThat(in.readAllBytes()).hasSizeGreaterThan(TaskingResource.LARGE - (1 << 20));
    }
    awaitNotes("#1.1", "#1.1");
  }

  @Test
  void runsInTheOrderOfAddingEachWithARequestContextOfItsOwn() {
    request().post("/mixed").then().statusCode(200);
    awaitNotes("-fails-not#1.1", "-run.1", "-bean#1.1", "-last#1.1");
  }

  @Test
  void repeatsATaskThatFailsAndRunsTheNext() {
    given()
        .spec(service)
        .basePath("/tasking/fails" + text)
        .post("/many?count=2")
        .then()
        .statusCode(200);
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(request().get("/notes").asString().lines())
                    .filteredOn(line -> line.startsWith("fails" + text))
                    .startsWith("fails" + text + "0#1.1", "fails" + text + "1#1.1")
                    .contains("fails" + text + "0#2.1", "fails" + text + "1#2.1")
                    .hasSize(4));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 500, 503})
  void dropsTasksOfAFailedRequest(int status) {
    request().post("/status?code=" + status).then().statusCode(status);
    awaitThoseBefore();
    assertThat(notes()).containsExactly("0#1.1");
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400, 500})
  void runsAlwaysIfTheOptionSaysSo(int status) {
    request().post("/status?when=ALWAYS&code=" + status).then().statusCode(status);
    awaitNotes("#1.1");
  }

  @Test
  void dropsTasksOfAResponseThatCannotBeWritten() {
    request().post("/unwritable?when=ON_SUCCESS").then().statusCode(500);
    awaitThoseBefore();
    assertThat(notes()).containsExactly("0#1.1");
    request().post("/unwritable?when=ALWAYS").then().statusCode(500);
    awaitNotes("0#1.1", "#1.1");
  }

  @Test
  void addsToTheQueueFromAHandlerWhichIsNoRequest() {
    given()
        .spec(service)
        .basePath("/tasking/" + text + "-nested")
        .post("/status?code=200")
        .then()
        .statusCode(200);
    awaitNotes(
        "-nestedThere is no request here: use TaskQueue", "-nestedRUNNING", "-nested-queued#1.1");
  }

  @Test
  void servesAnApplicationThatListsItsClasses() {
    requestToHost().post("/status?code=200").then().statusCode(200);
    awaitNotes("#1.1");
    requestToHost().post("/status?code=400").then().statusCode(400);
    requestToHost().post("/many?count=51").then().statusCode(503).header("Retry-After", "1");
    Awaitility.await().until(() -> request().post("/status?code=200").statusCode() == 200);
    awaitNotes("#1.1", "#1.1");
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has a disk that is always full")
  void endsTasksDeadWhoseLogFileCannotBeWrittenAndStillResponds() throws IOException {
    linkLogFileTo("/dev/full");
    awaitDeath("No space left on device");
    linkLogFileTo("/sys/sluice.txt"); // not even the superuser may write there
    awaitDeath("denied|not permitted|Read-only");
    Path mended = logFile.resolveSibling("mended.txt");
    linkLogFileTo(mended.toString());
    requestToService().post("/background-task").then().statusCode(200);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(mended).hasContent("Task started: Processing data in the background."));
  }

  private static void linkLogFileTo(String target) throws IOException {
    Files.deleteIfExists(logFile);
    Files.createSymbolicLink(logFile, Path.of(target));
  }

  private void awaitDeath(String reason) {
    try (Jedis jedis = redis.connect()) {
      long before = jedis.zcard(KEYS + "dead");
      requestToService().post("/background-task").then().statusCode(200);
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> {
                requestToService().get("/").then().statusCode(200);
                return jedis.zcard(KEYS + "dead") > before;
              });
      String id = jedis.zrange(KEYS + "dead", -1, -1).get(0);
      assertThat(jedis.get(KEYS + id).split("\n", 2))
          .satisfiesExactly(
              record ->
                  assertThat(record).matches("1 \\S+ 2 x .* dev.sluice.service.LogWriter \\d+"),
              error -> assertThat(error).contains(logFile.toString()).containsPattern(reason));
    }
  }

  @Test
  void dropsTasksOfARolledBackTransaction() {
    request().post("/transaction?failing=true").then().body(equalTo("rolled back"));
    awaitThoseBefore();
    assertThat(notes()).containsExactly("0#1.1");
  }

  @Test
  void dropsTasksOfATransactionThatCanOnlyRollBackUnlessTheyRunAlways() {
    request().post("/transaction-in-vain?when=ON_SUCCESS").then().statusCode(200);
    awaitThoseBefore();
    assertThat(notes()).containsExactly("0#1.1");
    request().post("/transaction-in-vain?when=ALWAYS").then().statusCode(200);
    awaitNotes("0#1.1", "#1.1");
  }

  @Test
  void keepsTheQueueToItsTransaction() {
    request().post("/queue-transaction?outcome=COMMIT").then().body(equalTo("[]"));
    awaitNotes("#1.1");
    request().post("/queue-transaction?outcome=ROLL_BACK").then().body(equalTo("[]"));
    request().post("/queue-transaction?outcome=ONLY_ROLL_BACK").then().body(equalTo("[]"));
    awaitThoseBefore();
    assertThat(notes()).containsExactly("#1.1", "0#1.1");
  }

  @Test
  void rollsTheTransactionBackWhenRedisDoesNotTakeItsTask() {
    redis.freeze();
    try {
      request().post("/queue-transaction?outcome=COMMIT_BLIND").then().body(equalTo("rolled back"));
    } finally {
      redis.thaw();
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> request().post("/store-down?ifStoreDown=REJECT").statusCode() == 200);
    awaitNotes("#1.1");
  }

  @Test
  void acceptsNoPayloadThatWouldReachTheHandlerChangedOrIsTooLong() {
    request().post("/changed").then().body(containsString("since JSON loses payload"));
    request().post("/long?length=1048576").then().body(containsString("max-payload-bytes"));
    request().post("/long?length=1000000").then().body(equalTo("added"));
  }

  @Test
  void leavesNothingOfATaskToTheNext() {
    request().post("/leavings").then().statusCode(200);
    awaitNotes("-leavings#1.1", "-clean#1.1");
  }

  @Test
  void runsTasksThatWereStoredUnderAnEarlierName() {
    String id = TaskId.random().value();
    try (Jedis jedis = redis.connect()) {
      jedis.set(KEYS + id + ":p", "{\"text\":\"" + text + "\"}");
      jedis.set(KEYS + id, "1 - 0 w 5 - 1732262400123 50 org.example.Gone");
      jedis.zadd(KEYS + "queue", 0, id);
    }
    awaitNotes("#1.1");
  }

  /** Returns the target of the only link of this relation. */
  private static String statusLink(Response response) {
    assertThat(response.headers().getValues("Link")).hasSize(1);
    String link = response.header("Link");
    assertThat(link).startsWith("<http://").endsWith(">; rel=\"status\"");
    return link.substring(1, link.indexOf('>'));
  }

  @Test
  void linksToTheTaskAndShowsItUntilItIsDone() {
    Response added = request().post("/status?code=200");
    String link = statusLink(added);
    assertThat(link)
        .startsWith("http://" + deployed.getHost() + ":" + deployed.getPort() + "/tasks/");
    Awaitility.await().until(() -> given().get(link).path("state").equals("done"));
    given()
        .get(link)
        .then()
        .statusCode(200)
        .contentType("application/json")
        .header("Cache-Control", "no-store")
        .body("id", equalTo(link.substring(link.lastIndexOf('/') + 1)))
        .body("handler", equalTo("recorder"))
        .body("attempts", equalTo(1))
        .body("ended", notNullValue());
    given().head(link).then().statusCode(200);
    assertThat(request().post("/many?count=11").headers().getValues("Link")).isEmpty();
    assertThat(request().post("/status?code=400").headers().getValues("Link")).isEmpty();
  }

  @Test
  void firesEventsAboutEachAttempt() {
    String link = statusLink(request().post("/status?code=200"));
    String id = link.substring(link.lastIndexOf('/') + 1);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(request().get("/events").asString().lines())
                    .filteredOn(line -> line.contains(id))
                    .containsExactly("STARTED " + id + " 1", "SUCCEEDED " + id + " 1"));
    requestToService().get("/tasks/" + id).then().body("state", equalTo("done"));
  }

  @Test
  void holdsTheResponseUntilTheTaskEndsIfTheClientPrefersThat() {
    String delayed = "/tasks/" + request().post("/delayed").asString();
    requestToService()
        .header("Prefer", "wait=20")
        .get(delayed)
        .then()
        .statusCode(200)
        .header("Preference-Applied", "wait=20")
        .body("state", equalTo("done"));
    String tomorrow = "/tasks/" + request().post("/cancellable").asString();
    requestToService()
        .header("Prefer", "wait=1")
        .get(tomorrow)
        .then()
        .statusCode(200)
        .header("Preference-Applied", "wait=1")
        .time(greaterThan(900L))
        .body("state", equalTo("pending"));
    requestToService()
        .header("Prefer", "wait=20")
        .get("/tasks/AAAAAAAAAAAAAAAAAAAAAA")
        .then()
        .statusCode(404);
  }

  @Test
  void postponesATaskThatItsPolicyRefusesAtNoAttemptsCost() {
    request().post("/throttled");
    request().post("/throttled");
    awaitNotes("-throttled#1", "-throttled#1");
    String third = "/tasks/" + request().post("/throttled").asString();
    Awaitility.await()
        .untilAsserted(
            () ->
                requestToService()
                    .get(third)
                    .then()
                    .body("state", equalTo("pending"))
                    .body("attempts", equalTo(0))
                    .body("nextAttempt", greaterThan(Instant.now().plusSeconds(3000).toString())));
    assertThat(notes()).hasSize(2);
  }

  @Test
  void listsSchedulesAndRunsOneWhenItIsTriggered() {
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(request().get("/schedules").asString())
                    .contains("leap-day", "0 0 29 2 * Europe/Berlin", "-02-28T23:00:00Z"));
    String id = request().post("/trigger?name=leap-day").asString();
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(request().get("/notes").asString().lines())
                    .contains("leap day " + id + " true"));
  }

  @Test
  void cancelsATaskThatWaits() {
    String task = "/tasks/" + request().post("/cancellable").asString();
    requestToService()
        .get(task)
        .then()
        .body("state", equalTo("pending"))
        .body("nextAttempt", notNullValue());
    requestToService().delete(task).then().statusCode(200).body("state", equalTo("cancelled"));
    requestToService().delete(task).then().statusCode(200).body("state", equalTo("cancelled"));
    requestToService().get(task).then().body("state", equalTo("cancelled"));
  }

  @Test
  void respondsWithProblemsAboutUnknownTasksAndMethods() {
    for (String id : List.of(TaskId.random().value(), "no-id", "..%2f")) {
      requestToService().get("/tasks/" + id).then().statusCode(not(200)).statusCode(lessThan(500));
    }
    requestToService()
        .get("/tasks/" + TaskId.random())
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("detail", equalTo("There is no such task, or it has been forgotten."));
    requestToService().delete("/tasks/" + TaskId.random()).then().statusCode(404);
    requestToService()
        .post("/tasks/" + TaskId.random())
        .then()
        .statusCode(405)
        .contentType("application/problem+json")
        .header("Allow", equalTo("GET, HEAD, DELETE, OPTIONS"));
    requestToService().options("/tasks/" + TaskId.random()).then().statusCode(204);
    requestToService().get("/tasks").then().statusCode(404);
    requestToService().get("/tasks/").then().statusCode(404);
  }

  @Test
  void keepsTheContentLengthOfTheResponse() {
    requestToService()
        .post("/background-task")
        .then()
        .statusCode(200)
        .header("Content-Length", equalTo("49"))
        .header("Transfer-Encoding", nullValue());
    request().post("/many?count=1").then().header("Content-Length", equalTo("5"));
  }

  @Test
  void runsAfterACommittedTransaction() {
    request().post("/transaction?failing=false").then().body(equalTo("added"));
    awaitNotes("#1.1");
  }

  @Test
  void runsLaterAndOnceForOneIdempotencyKey() {
    String id = request().post("/delayed").asString();
    assertThat(request().post("/delayed").asString()).isEqualTo(id);
    assertThat(notes()).isEmpty();
    awaitNotes("#1.1");
  }

  @Test
  void failsTheRequestAtOnceWhosePayloadCannotBeWritten() {
    given()
        .spec(service)
        .basePath("/tasking/unwritable")
        .post("/status?code=200")
        .then()
        .statusCode(500)
        .contentType("application/problem+json");
  }

  @Test
  void respondsWith503ToMoreTasksThanTheQueueHoldsAndRunsNone() {
    request()
        .post("/many?count=51")
        .then()
        .statusCode(503)
        .contentType("application/problem+json")
        .header("Retry-After", equalTo("1"))
        .body("detail", startsWith("No background task can be taken now"));
    Awaitility.await().until(() -> request().post("/status?code=200").statusCode() == 200);
    awaitNotes("#1.1");
  }

  @Test
  void addsTheTasksOfARequestWithOneCallAndEndsEachWithOneAtMost() {
    request().post("/many?count=1").then().statusCode(200);
    awaitNotes("0#1.1"); // Redis knows the scripts from here on
    try (Jedis jedis = redis.connect()) {
      jedis.configSet("slowlog-log-slower-than", "0");
      jedis.configSet("slowlog-max-len", "10000");
      jedis.slowlogReset();
      request().post("/many?count=20").then().statusCode(200);
      Awaitility.await().until(() -> notes().size() == 21);
      Awaitility.await().until(() -> calls(jedis, "done") > 0);
      assertThat(calls(jedis, "{\"text\":\"" + text + "0\"}")).isEqualTo(1); // the payload: add
      assertThat(calls(jedis, "done")).isLessThanOrEqualTo(20);
      jedis.configSet("slowlog-log-slower-than", "-1");
    }
  }

  /** Of scripts, with an argument like that. */
  private static long calls(Jedis jedis, String argument) {
    return jedis.slowlogGet(10_000).stream()
        .filter(call -> call.getArgs().get(0).toLowerCase(Locale.ROOT).startsWith("eval"))
        .filter(call -> call.getArgs().contains(argument))
        .count();
  }

  @Test
  void rejectsTasksWithoutRedisUnlessTheyMayStayHere() {
    redis.freeze();
    try {
      Awaitility.await()
          .until(() -> request().post("/store-down?ifStoreDown=REJECT").statusCode() == 503);
      request()
          .post("/store-down?ifStoreDown=REJECT")
          .then()
          .statusCode(503)
          .header("Retry-After", equalTo("2"));
      request().post("/store-down?ifStoreDown=LOCAL").then().statusCode(200);
      awaitNotes("#1.1");
    } finally {
      redis.thaw();
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> request().post("/store-down?ifStoreDown=REJECT").statusCode() == 200);
    awaitNotes("#1.1", "#1.1");
  }
}
