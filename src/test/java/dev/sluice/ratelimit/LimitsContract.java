package dev.sluice.ratelimit;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.emptyOrNullString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.sluice.cache.LoginFilter;
import dev.sluice.testing.ServiceWar;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.greenbytes.http.sfv.Item;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.Parser;
import org.greenbytes.http.sfv.StringItem;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The contract of limits as a client sees them, with every store. Tests connect as a trusted proxy.
 */
@ArquillianTest
abstract class LimitsContract {

  @ArquillianResource private URL deployed;

  /** Another client in each test. */
  private String client;

  static WebArchive war(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("sluice.client.trusted-proxies", "127.0.0.1, ::1");
    all.put("sluice.policies.shadow.shadow", "true");
    all.put("sluice.policies.message.message", "One a minute is enough.");
    all.put("sluice.policies.outside.limits", "3/minute");
    all.put("sluice.policies.plan.plans.gold.limits", "4/minute");
    all.put("sluice.policies.blocking.block", "1 hour");
    all.put("sluice.policies.blocking.block-after", "2/minute");
    all.put("mp.config.cache.duration", "1"); // Payara's, in seconds
    all.put("sluice.rate-limit.x-headers", "true");
    all.put("sluice.rate-limit.servlet", "2/minute");
    all.put("sluice.rate-limit.servlet-paths", "/plain/*, /nowhere/*");
    all.put("sluice.rate-limit.servlet-exempt", "/plain/free");
    all.put("sluice.rate-limit.allow", "198.51.100.0/24");
    WebArchive war =
        ServiceWar.with(
            all,
            LimitsConcurrent.class,
            LimitsConfigSource.class,
            LimitsResource.class,
            LimitsResource.Sub.class,
            LimitsRule.class,
            DecisionObserver.class,
            LoginFilter.class,
            HostApplication.class,
            HostedResource.class,
            HostedResource.Sub.class,
            LimitsApi.class,
            LimitsApiImplementation.class,
            LimitsCrud.class,
            LimitsCrudResource.class,
            LimitsUnscoped.class,
            LimitsUnscoped.Other.class,
            LimitsRenderer.class,
            LimitsHostMapper.class,
            LimitsPlans.class,
            PasswordFilter.class,
            PlainServlet.class);
    return war.addAsServiceProvider(ConfigSource.class, LimitsConfigSource.class);
  }

  @BeforeEach
  void newClient() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    client = "192.0." + random.nextInt(256) + "." + random.nextInt(256);
  }

  RequestSpecification request() {
    return given()
        .baseUri("http://" + deployed.getHost() + ":" + deployed.getPort())
        .header("X-Forwarded-For", client);
  }

  private void admits(int times, String path) {
    for (int i = 0; i < times; i++) {
      request().get(path).then().statusCode(statusOf(path));
    }
    request().get(path).then().statusCode(429);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/limits/by-class-too",
        "/limits/two",
        "/limits/header",
        "/limits/principal",
        "/limits/cost",
        "/limits/ruled",
        "/limits/sub",
        "/limits/password",
        "/limits-crud/plain",
        "/limits-crud/generic/1",
        "/limits-unscoped",
        "/limits-unscoped/shared",
        "/plain/servlet",
        "/nowhere/at-all",
        "/host/",
        "/host/sub"
      })
  void admitsTwoRequestsAndRefusesTheThird(String path) {
    admits(2, path);
  }

  private static int statusOf(String path) {
    return path.equals("/limits/password") ? 401 : path.startsWith("/nowhere") ? 404 : 200;
  }

  /**
   * Payara responds with 500 to this shape and Liberty with 404; a server that routes it limits it.
   */
  @Test
  void enforcesTheLimitOfTheImplementationOfAnInterface() {
    int status = request().get("/limits-api").statusCode();
    request().get("/limits-api");
    if (status == 200) {
      request().get("/limits-api").then().statusCode(429);
    } else {
      assertThat(status).isIn(404, 500);
    }
  }

  @Test
  void sharesAPolicyAcrossResourcesThatAreNoBeans() {
    request().get("/limits-unscoped/shared").then().statusCode(200);
    request().get("/limits-unscoped-too").then().statusCode(200);
    request().get("/limits-unscoped/shared").then().statusCode(429);
  }

  @Test
  void countsARepeatedHeaderByItsFirstValue() {
    for (int status : new int[] {200, 200, 429}) {
      request()
          .header("X-Api-Key", "first" + client)
          .header("X-Api-Key", "other" + ThreadLocalRandom.current().nextInt())
          .get("/limits/header")
          .then()
          .statusCode(status);
    }
  }

  @Test
  void chargesFailuresOnly() {
    for (int i = 0; i < 5; i++) {
      Response success = request().get("/limits/login?status=200");
      assertThat(success.statusCode()).isEqualTo(200);
      assertThat(field(success, "RateLimit").get("LimitsResource.login")).containsEntry("r", 3L);
    }
    for (int left = 2; left >= 0; left--) {
      Response failure = request().get("/limits/login?status=401");
      assertThat(failure.statusCode()).isEqualTo(401);
      assertThat(field(failure, "RateLimit").get("LimitsResource.login"))
          .containsEntry("r", (long) left);
    }
    request().get("/limits/login?status=200").then().statusCode(429);
  }

  @Test
  void rendersEveryRefusalByTheHook() {
    request().get("/limits/rendered").then().statusCode(200);
    for (int i = 0; i < 3; i++) { // by the store, then from the refusal cache
      request()
          .get("/limits/rendered")
          .then()
          .statusCode(429)
          .contentType("text/plain")
          .header("X-Rendered", "true")
          .header("Retry-After", not(emptyOrNullString()))
          .body(equalTo("Slow down."));
    }
  }

  @Test
  void givesClientsTheLimitsOfTheirPlan() {
    for (String key : new String[] {"plain", "gold"}) {
      RequestSpecification keyed = request().header("X-Api-Key", key + client);
      for (int i = 0; i < (key.equals("gold") ? 4 : 2); i++) {
        given().spec(keyed).get("/limits/plan").then().statusCode(200);
      }
      given().spec(keyed).get("/limits/plan").then().statusCode(429);
      request().post("/limits/reset?policy=plan&client=header:" + key + client);
      given().spec(keyed).get("/limits/plan").then().statusCode(200);
    }
  }

  @Test
  void changesThePlanOfAClientAtRunTimeWithoutLosingItsCount() {
    RequestSpecification silver = request().header("X-Api-Key", "silver" + client);
    setting("sluice.policies.plan.plans.silver.limits", "3/minute");
    Awaitility.await() // the setting may be read before it is set
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                given()
                    .spec(silver)
                    .get("/limits/plan")
                    .header("RateLimit-Policy")
                    .contains("q=3"));
    Awaitility.await().until(() -> given().spec(silver).get("/limits/plan").statusCode() == 429);
    setting("sluice.policies.plan.plans.silver.limits", "5/minute");
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> given().spec(silver).get("/limits/plan").statusCode() == 200); // the fourth
    given().spec(silver).get("/limits/plan").then().statusCode(200);
    given().spec(silver).get("/limits/plan").then().statusCode(429);
  }

  private void setting(String name, String value) {
    request()
        .queryParam("name", name)
        .queryParam("value", value)
        .post("/limits/setting")
        .then()
        .statusCode(204);
  }

  @Test
  void blocksAClientThatIsRefusedTooOften() {
    request().get("/limits/blocking").then().statusCode(200);
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> Long.parseLong(retryAfter("/limits/blocking")) > 60);
    Response blocked = request().get("/limits/blocking");
    blocked.then().statusCode(429);
    assertThat(Long.parseLong(blocked.header("Retry-After"))).isBetween(3590L, 3600L);
    assertThat(field(blocked, "RateLimit").get("blocking")).containsEntry("r", 0L);
    request().post("/limits/reset?policy=blocking&client=address:" + client);
    request().get("/limits/blocking").then().statusCode(200);
  }

  private String retryAfter(String path) {
    String seconds = request().get(path).header("Retry-After");
    return seconds == null ? "0" : seconds;
  }

  @ParameterizedTest
  @ValueSource(strings = {"/limits-concurrent/held", "/limits-concurrent/suspended"})
  void admitsAnotherRequestWhenTheOneThatRunsHasEnded(String path) throws Exception {
    RequestSpecification same = request();
    CompletableFuture<Response> running =
        CompletableFuture.supplyAsync(() -> given().spec(same).get(path));
    awaitRunning();
    Response refused = request().get(path);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.header("RateLimit-Policy"))
        .contains(": 1 concurrent\";q=1;qu=\"concurrent-requests\"");
    assertThat(refused.header("Retry-After")).isEqualTo("1");
    assertThat(end()).isTrue();
    assertThat(running.get().statusCode()).isEqualTo(200);
    CompletableFuture<Integer> next =
        CompletableFuture.supplyAsync(
            () -> {
              Awaitility.await()
                  .atMost(Duration.ofSeconds(5))
                  .until(() -> given().spec(same).get(path).statusCode() == 200);
              return 200;
            });
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(this::end);
    assertThat(next.get()).isEqualTo(200);
  }

  void awaitRunning() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> request().get("/limits-concurrent/running").asString().equals("true"));
  }

  boolean end() {
    return request().post("/limits-concurrent/end").asString().equals("true");
  }

  @Test
  void countsARequestThatFailsAsEnded() {
    for (int i = 0; i < 4; i++) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(2)) // less than the lease
          .until(() -> request().get("/limits-concurrent/failing").statusCode() == 500);
    }
  }

  @Test
  void limitsServletsWithTheSameFieldsAndProblem() {
    Response first = request().get("/plain/servlet");
    assertThat(field(first, "RateLimit-Policy")).containsKey("servlet");
    assertThat(field(first, "RateLimit").get("servlet")).containsEntry("r", 1L);
    request().get("/plain/servlet");
    request()
        .get("/plain/servlet")
        .then()
        .statusCode(429)
        .contentType("application/problem+json")
        .header("X-Rendered", "true")
        .header("Retry-After", not(emptyOrNullString()))
        .body("detail", equalTo("Rate limit exceeded: 2 per 1 minute"));
    request().get("/plain/free").then().statusCode(200);
  }

  @Test
  void neverLimitsAnAddressOnTheAllowList() {
    for (int i = 0; i < 5; i++) {
      given()
          .spec(request())
          .header("X-Forwarded-For", "198.51.100.7")
          .get("/limits/two")
          .then()
          .statusCode(200)
          .header("RateLimit", equalTo(null));
    }
  }

  @Test
  void countsTheSameWindowForCodeAndForAMethodWithoutAPolicyName() {
    request().get("/limits/by-class-too").then().statusCode(200);
    assertThat(
            request()
                .post("/limits/ask?policy=LimitsResource.byClassToo&client=address:" + client)
                .asString())
        .isEqualTo("Permitted 0");
    request().get("/limits/by-class-too").then().statusCode(429);
    request().post("/limits/reset?policy=LimitsResource.byClassToo&client=address:" + client);
    request().get("/limits/by-class-too").then().statusCode(200);
  }

  @Test
  void countsForTheMethodAndNotForThePath() {
    request().get("/limits/by-class/1").then().statusCode(200);
    request().get("/limits/by-class/2").then().statusCode(200);
    request().get("/limits/by-class/3").then().statusCode(429);
    request().get("/limits/by-class-too").then().statusCode(200);
  }

  @Test
  void countsAllMethodsOfANamedPolicyTogether() {
    request().get("/limits/shared-a").then().statusCode(200);
    request().get("/limits/shared-b").then().statusCode(200);
    request().get("/limits/shared-a").then().statusCode(429);
    request().get("/limits/shared-b").then().statusCode(429);
  }

  @Test
  void countsHeadLikeGetButNoAutomaticOptions() {
    for (int i = 0; i < 5; i++) {
      request()
          .options("/limits/by-class-too")
          .then()
          .statusCode(200)
          .header("RateLimit", equalTo(null));
    }
    request().head("/limits/by-class-too").then().statusCode(200);
    request().get("/limits/by-class-too").then().statusCode(200);
    request().head("/limits/by-class-too").then().statusCode(429);
  }

  @Test
  void exemptsAMethod() {
    for (int i = 0; i < 5; i++) {
      request().get("/limits/exempt").then().statusCode(200).header("RateLimit", equalTo(null));
    }
  }

  @Test
  void respondsToARefusedRequestWithAProblemAndRetryAfter() {
    admits(2, "/limits/two");
    Response refused = request().get("/limits/two");
    refused
        .then()
        .statusCode(429)
        .contentType("application/problem+json")
        .header("Cache-Control", "no-store")
        .body("type", equalTo("https://iana.org/assignments/http-problem-types#quota-exceeded"))
        .body("status", equalTo(429))
        .body("detail", equalTo("Rate limit exceeded: 2 per 1 minute"))
        .body("violated-policies", contains("LimitsResource.two: 2 per 1 minute"));
    assertThat(Long.parseLong(refused.header("Retry-After"))).isBetween(55L, 60L);
  }

  @Test
  void writesTheFieldsForEveryLimit() {
    Response first = request().get("/limits/two");
    assertThat(field(first, "RateLimit-Policy"))
        .containsExactly(
            Map.entry("LimitsResource.two: 100 per 1 hour", Map.of("q", 100L, "w", 3600L)),
            Map.entry("LimitsResource.two: 2 per 1 minute", Map.of("q", 2L, "w", 60L)));
    assertThat(field(first, "RateLimit"))
        .containsExactly(
            Map.entry("LimitsResource.two: 100 per 1 hour", Map.of("r", 99L, "t", 3600L)),
            Map.entry("LimitsResource.two: 2 per 1 minute", Map.of("r", 1L, "t", 60L)));
    assertThat(first.header("X-RateLimit-Limit")).isEqualTo("2");
    assertThat(first.header("X-RateLimit-Remaining")).isEqualTo("1");
    assertThat(Long.parseLong(first.header("X-RateLimit-Reset")))
        .isCloseTo(
            System.currentTimeMillis() / 1000 + 60, org.assertj.core.data.Offset.offset(10L));
    assertThat(first.header("Retry-After")).isNull();
    request().get("/limits/two");
    Map<String, Map<String, Long>> refused = field(request().get("/limits/two"), "RateLimit");
    assertThat(refused.get("LimitsResource.two: 100 per 1 hour")).containsEntry("r", 98L);
    assertThat(refused.get("LimitsResource.two: 2 per 1 minute")).containsEntry("r", 0L);
  }

  @Test
  void chargesAndWritesTheFieldsForFailedRequestsToo() {
    for (int left = 1; left >= 0; left--) {
      Response response = request().get("/limits/failing");
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(field(response, "RateLimit").get("LimitsResource.failing"))
          .containsEntry("r", (long) left);
      assertThat(response.header("Retry-After")).isNull();
    }
    request().get("/limits/failing").then().statusCode(429);
  }

  /** A field's members by name, parsed as in RFC 8941. */
  private static Map<String, Map<String, Long>> field(Response response, String name) {
    Map<String, Map<String, Long>> members = new LinkedHashMap<>();
    for (ListElement<?> element : Parser.parseList(response.header(name)).get()) {
      Map<String, Long> parameters = new LinkedHashMap<>();
      element
          .getParams()
          .forEach((key, value) -> parameters.put(key, (Long) ((Item<?>) value).get()));
      members.put(((StringItem) element).get(), parameters);
    }
    return members;
  }

  @Test
  void countsEachClientBehindATrustedProxyByItself() {
    admits(2, "/limits/by-class-too");
    newClient();
    admits(2, "/limits/by-class-too");
  }

  @Test
  void ignoresAddressesThatAClientAddsToTheHeader() {
    for (int i = 0; i < 2; i++) {
      request().header("X-Forwarded-For", "10.9.8." + i + ", " + client).get("/limits/two");
    }
    given()
        .spec(request())
        .header("X-Forwarded-For", client)
        .get("/limits/two")
        .then()
        .statusCode(429);
  }

  /** From another loopback address, which Linux lets every process use. */
  @Test
  void ignoresTheHeaderOfAnUntrustedSender() throws IOException {
    List<String> statusLines = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      try (Socket socket = new Socket()) {
        socket.bind(new InetSocketAddress("127.0.0.2", 0));
        socket.connect(new InetSocketAddress("127.0.0.1", deployed.getPort()));
        String head =
            "GET /limits/untrusted HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                + "X-Forwarded-For: 192.0.2.%d\r\n\r\n";
        socket.getOutputStream().write(String.format(head, i).getBytes(US_ASCII));
        statusLines.add(new String(socket.getInputStream().readNBytes(12), US_ASCII));
      }
    }
    assertThat(statusLines).containsExactly("HTTP/1.1 200", "HTTP/1.1 200", "HTTP/1.1 429");
  }

  @Test
  void countsByHeader() {
    for (String key : new String[] {"a" + client, "b" + client}) {
      request().header("X-Api-Key", key).get("/limits/header").then().statusCode(200);
      request().header("X-Api-Key", key).get("/limits/header").then().statusCode(200);
      request().header("X-Api-Key", key).get("/limits/header").then().statusCode(429);
    }
    request().get("/limits/header").then().statusCode(200);
  }

  @Test
  void countsAPrincipalFromAllAddressesTogether() {
    countsPrincipals("X-Logged-In");
  }

  /**
   * @param login the header that names the user
   */
  void countsPrincipals(String login) {
    for (String user : new String[] {"ann " + client, "bob " + client}) {
      for (int status : new int[] {200, 200, 429}) {
        newClient();
        request().header(login, user).get("/limits/principal").then().statusCode(status);
      }
    }
    request().get("/limits/principal").then().statusCode(200);
  }

  @Test
  void neverTakesAHeaderForAnAddress() {
    request().header("X-Api-Key", client).get("/limits/header").then().statusCode(200);
    request().header("X-Api-Key", client).get("/limits/header").then().statusCode(200);
    admits(2, "/limits/header");
  }

  @Test
  void followsARule() {
    for (int i = 0; i < 5; i++) {
      request().header("X-Exempt", "").get("/limits/ruled").then().statusCode(200);
    }
    request().header("X-Cost", 2).get("/limits/ruled").then().statusCode(200);
    request().get("/limits/ruled").then().statusCode(429);
    request().header("X-Key", client).get("/limits/ruled").then().statusCode(200);
    RequestSpecification one = request().header("X-Limits", "1/hour");
    given().spec(one).get("/limits/ruled").then().statusCode(200);
    given()
        .spec(one)
        .get("/limits/ruled")
        .then()
        .statusCode(429)
        .body("detail", equalTo("Rate limit exceeded: 1 per 1 hour"));
  }

  @Test
  void admitsWhatAShadowPolicyRefusesWithoutFields() {
    for (int i = 0; i < 3; i++) {
      request().get("/limits/shadow").then().statusCode(200).header("RateLimit", equalTo(null));
    }
    String statistics = request().get("/limits/statistics?policy=shadow").asString();
    assertThat(statistics).contains("permitted=1").contains("shadowed=2");
  }

  @Test
  void respondsWithTheMessageOfTheSettings() {
    request().get("/limits/message").then().statusCode(200);
    request()
        .get("/limits/message")
        .then()
        .statusCode(429)
        .body("detail", equalTo("One a minute is enough."));
  }

  @Test
  void firesEventsAtTheWarnThresholdAndOnRefusals() {
    request().get("/limits/events?policy=LimitsResource.byClassToo");
    admits(2, "/limits/by-class-too");
    assertThat(request().get("/limits/events?policy=LimitsResource.byClassToo").asString())
        .endsWith("Permitted, Refused]");
  }

  @Test
  void decidesForCodeOutsideRequests() {
    String ask = "/limits/ask?policy=outside&client=address:" + client;
    for (int left = 2; left >= 0; left--) {
      assertThat(request().post(ask).asString()).isEqualTo("Permitted " + left);
    }
    assertThat(request().post(ask).asString()).isEqualTo("Refused 0");
    request().post("/limits/reset?policy=outside&client=address:" + client).then().statusCode(204);
    assertThat(request().post(ask).asString()).isEqualTo("Permitted 2");
    request().post("/limits/ask?policy=nowhere&client=address:a").then().statusCode(500);
  }

  @Test
  void countsRequestsAndCodeOfOnePolicyTogether() {
    request().get("/limits/shared-a").then().statusCode(200);
    assertThat(request().post("/limits/ask?policy=shared&client=address:" + client).asString())
        .isEqualTo("Permitted 0");
    request().get("/limits/shared-b").then().statusCode(429);
  }
}
