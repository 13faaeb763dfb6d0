package dev.sluice;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.ServerProcess;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;

/**
 * The host applications in {@code src/it}, which depend on the library by its coordinates, beside
 * each other in one server and on one Redis.
 */
class HostApplicationsIT {

  private static final Path BUILT = Path.of("target/hosts/it").toAbsolutePath();

  private static final String SERVER = System.getProperty("test.server");
  private static final boolean PAYARA = SERVER.equals("payara-micro");

  /** The servers that give a module CDI although its beans.xml has the discovery mode none. */
  private static final boolean CDI_ALWAYS = Set.of("wildfly", "liberty").contains(SERVER);

  /** Payara Micro deploys no EAR, and nothing after an archive that it refuses. */
  private static final List<String> HOSTS =
      Stream.of(
              "plain.war",
              "listed.war",
              "annotated.war",
              "ordering.war",
              "ejb.war",
              "interfaces.war",
              PAYARA ? "" : "ear.ear",
              CDI_ALWAYS ? "none.war" : "",
              "unregistered.war")
          .filter(file -> !file.isEmpty())
          .toList();

  private static final Set<String> TWO_EACH = Set.of("interfaces", "listed");
  private static final String ONE_EACH = "1 cached method, 1 limited method";

  /** The hosts that have been found deployed. */
  private static final Set<String> SERVED = new HashSet<>();

  private static RedisProcess redis;
  private static ServerProcess server;

  @BeforeAll
  static void start() {
    redis = RedisProcess.start();
    server =
        ServerProcess.start(
            HOSTS.stream().map(HostApplicationsIT::archive).toList(),
            Map.of("SLUICE_REDIS_URL", redis.url().toString()));
  }

  private static Path archive(String file) {
    return BUILT.resolve(file.replaceFirst("\\..*", "")).resolve("target").resolve(file);
  }

  @AfterAll
  static void stop() {
    server.close();
    redis.close();
  }

  /** To a path of a host that has finished its deployment. */
  private static RequestSpecification request(String host) {
    RequestSpecification request =
        given().port(server.port()).basePath("/" + host + (host.equals("plain") ? "" : "/api"));
    if (!SERVED.contains(host)) {
      String known = host.equals("plain") ? "/products/0" : "/host/tasks";
      Awaitility.await(host)
          .atMost(Duration.ofSeconds(SERVED.isEmpty() ? 60 : 20))
          .pollInterval(Duration.ofMillis(100))
          .ignoreExceptions()
          .until(() -> isServed(given().spec(request).get(known)));
      SERVED.add(host);
    }
    return request;
  }

  private static boolean isServed(Response response) {
    return response.statusCode() == 200 || response.header("RateLimit") != null;
  }

  static Stream<String> hosts() {
    return Stream.of("listed", "annotated", "ordering", "ejb", "interfaces", "ear")
        .filter(host -> !(PAYARA && host.equals("ear")));
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void cachesResponses(String host) {
    Response miss = given().spec(request(host)).get("/host/cached");
    Response hit = given().spec(request(host)).get("/host/cached");
    assertThat(hit.asString()).isEqualTo(miss.asString()).startsWith("call ");
    assertThat(hit.header("Cache-Status")).startsWith("sluice; hit");
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void limitsRequests(String host) {
    given().spec(request(host)).get("/host/limited").then().statusCode(200);
    given().spec(request(host)).get("/host/limited").then().statusCode(200);
    given()
        .spec(request(host))
        .get("/host/limited")
        .then()
        .statusCode(429)
        .contentType("application/problem+json")
        .body("detail", equalTo("Rate limit exceeded: 2 per 1 minute"));
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void runsTasksAfterTheResponse(String host) {
    String text = UUID.randomUUID().toString();
    given().spec(request(host)).post("/host/tasks/" + text).then().statusCode(200);
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () ->
                assertThat(given().spec(request(host)).get("/host/tasks").asString().lines())
                    .contains("added " + text, "ran " + text));
  }

  @Test
  void servesTheExampleOfTheReadme() {
    RequestSpecification product =
        given().spec(request("plain")).contentType("application/json").basePath("/plain/products");
    given().spec(product).body(product("tea", "Ann")).put("7").then().statusCode(204);
    awaitLog("Mail to Ann");
    Response miss = given().spec(product).get("7");
    assertThat(miss.jsonPath().getString("name")).isEqualTo("tea");
    assertThat(miss.header("RateLimit-Policy")).contains("q=100;w=60", "q=1000;w=3600");
    given().spec(product).get("7").then().header("Cache-Status", startsWith("sluice; hit"));

    given().spec(product).body(product("coffee", "Bob")).put("7").then().statusCode(204);
    given().spec(product).get("7").then().body("name", equalTo("coffee"));
    awaitLog("Mail to Bob");
  }

  private static Map<String, String> product(String name, String owner) {
    return Map.of("name", name, "owner", owner);
  }

  private static void awaitLog(String text) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(server.log()).contains(text));
  }

  /** The other hosts have no Micrometer at all. */
  @Test
  void countsInTheRegistryOfTheHost() {
    Supplier<Double> gets =
        () ->
            Double.parseDouble(
                given().spec(request("listed")).get("/host/metrics/cache.gets").asString());
    double before = gets.get();
    given().spec(request("listed")).get("/host/cached").then().statusCode(200);
    assertThat(gets.get()).isEqualTo(before + 1);
  }

  @Test
  void leavesErrorsToTheHost() {
    Response missing = given().spec(request("plain")).get("/nowhere");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.asString()).doesNotContain("There is no such resource");
    for (String path : List.of("/nowhere", "/failing")) {
      int status = path.equals("/failing") ? 500 : 404;
      given()
          .spec(request("listed"))
          .get(path)
          .then()
          .statusCode(status)
          .body(equalTo("mapped by the host: " + status))
          .header("Access-Control-Allow-Origin", "*");
    }
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void reportsCountsAndPrefixesKeysWithHostName(String host) {
    given().spec(request(host)).get("/host/cached").then().statusCode(200);
    String number = TWO_EACH.contains(host) ? "2 cached methods, 2 limited methods" : ONE_EACH;
    awaitLog("Sluice startup complete: " + number + ", 1 handler, key prefix " + host + ". ");
    try (Jedis jedis = redis.connect()) {
      assertThat(jedis.keys(host + ":c:*")).isNotEmpty();
      assertThat(jedis.keys("sluice:*")).isEmpty();
    }
  }

  @Test
  void logsDeclarationsThatJaxRsDidNotConfigure() {
    given().spec(request("listed")).get("/host/tasks").then().statusCode(200);
    awaitLog("ForgottenResource.get is not cached: Jakarta REST has not configured its method");
    awaitLog("No limit holds for org.example.ForgottenResource.get()");
    assertThat(server.log())
        .doesNotContain("HostResource.cached is not cached", "for org.example.H");
  }

  @Test
  @EnabledIf(value = "isWildFly", disabledReason = "no other server serves such a resource")
  void servesResourcesAnnotatedOnTheirInterface() {
    given().spec(request("interfaces")).get("/whole/cached").then().statusCode(200);
    given()
        .spec(request("interfaces"))
        .get("/whole/cached")
        .then()
        .header("Cache-Status", startsWith("sluice; hit"));
    given().spec(request("interfaces")).get("/whole/limited").then().statusCode(200);
    given().spec(request("interfaces")).get("/whole/limited").then().statusCode(200);
    given().spec(request("interfaces")).get("/whole/limited").then().statusCode(429);
  }

  static boolean isWildFly() {
    return SERVER.equals("wildfly");
  }

  @Test
  void logsThroughTheHostsOwnBackend() {
    given().spec(request("listed")).get("/failing").then().statusCode(500);
    if (PAYARA) { // the others bring their own SLF4J to the application, or another console
      awaitLog("HOST INFO FailingResource: about to fail");
    }
  }

  @Test
  void refusesDeploymentWithoutAfterResponseFilter() {
    awaitLog("add <listener><listener-class>dev.sluice.http.OuterFiltersListener<");
    given().port(server.port()).post("/unregistered/api/host/tasks/x").then().statusCode(not(200));
  }

  @Test
  @EnabledIf(
      value = "givesCdiAlways",
      disabledReason = "the other servers refuse it themselves; WrongDeploymentIT has Payara Micro")
  void refusesDeploymentWhoseResourcesAreNotCdiBeans() {
    awaitLog("@Cached on HostResource.cached: the class is not a CDI bean; give it a scope");
    given().port(server.port()).get("/none/api/host/cached").then().statusCode(not(200));
  }

  static boolean givesCdiAlways() {
    return CDI_ALWAYS;
  }
}
