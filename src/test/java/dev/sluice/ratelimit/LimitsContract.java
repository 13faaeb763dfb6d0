package dev.sluice.ratelimit;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import dev.sluice.cache.LoginFilter;
import dev.sluice.testing.ServiceWar;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URL;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
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

/** What a client meets, wherever the quotas are kept. The tests come through a trusted proxy. */
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
    all.put("sluice.rate-limit.x-headers", "true");
    return ServiceWar.with(
        all,
        LimitsResource.class,
        LimitsResource.Sub.class,
        LimitsRule.class,
        DecisionObserver.class,
        LoginFilter.class,
        HostApplication.class,
        HostedResource.class,
        HostedResource.Sub.class);
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
      request().get(path).then().statusCode(200);
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
        "/host/",
        "/host/sub"
      })
  void admitsTwoRequestsAndRefusesTheThird(String path) {
    admits(2, path);
  }

  @Test
  void countsForTheMethodAndNotForThePath() {
    request().get("/limits/by-class/1").then().statusCode(200);
    request().get("/limits/by-class/2").then().statusCode(200);
    request().get("/limits/by-class/3").then().statusCode(429);
    request().get("/limits/by-class-too").then().statusCode(200);
  }

  @Test
  void countsWhatSharesAPolicyTogether() {
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
  void leavesAloneWhatIsExempt() {
    for (int i = 0; i < 5; i++) {
      request().get("/limits/exempt").then().statusCode(200).header("RateLimit", equalTo(null));
    }
  }

  @Test
  void answersARefusalWithAProblemAndWhenToRetry() {
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
  void countsAndTellsWhateverTheMethodAnswers() {
    for (int left = 1; left >= 0; left--) {
      Response response = request().get("/limits/failing");
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(field(response, "RateLimit").get("LimitsResource.failing"))
          .containsEntry("r", (long) left);
      assertThat(response.header("Retry-After")).isNull();
    }
    request().get("/limits/failing").then().statusCode(429);
  }

  /** A field's members by name, read as RFC 8941 says. */
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
  void tellsClientsBehindATrustedProxyApart() {
    admits(2, "/limits/by-class-too");
    newClient();
    admits(2, "/limits/by-class-too");
  }

  @Test
  void doesNotBelieveWhatAClientClaims() {
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

  /** From another address of this machine, which Linux lets everybody use. */
  @Test
  void ignoresTheHeaderOfAPeerThatIsNotTrusted() throws IOException {
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      try (Socket socket = new Socket()) {
        socket.bind(new InetSocketAddress("127.0.0.2", 0));
        socket.connect(new InetSocketAddress("127.0.0.1", deployed.getPort()));
        String head =
            "GET /limits/untrusted HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                + "X-Forwarded-For: 192.0.2.%d\r\n\r\n";
        socket.getOutputStream().write(String.format(head, i).getBytes(US_ASCII));
        answers.add(new String(socket.getInputStream().readNBytes(12), US_ASCII));
      }
    }
    assertThat(answers).containsExactly("HTTP/1.1 200", "HTTP/1.1 200", "HTTP/1.1 429");
  }

  @Test
  void tellsApartByHeader() {
    for (String key : new String[] {"a" + client, "b" + client}) {
      request().header("X-Api-Key", key).get("/limits/header").then().statusCode(200);
      request().header("X-Api-Key", key).get("/limits/header").then().statusCode(200);
      request().header("X-Api-Key", key).get("/limits/header").then().statusCode(429);
    }
    request().get("/limits/header").then().statusCode(200);
  }

  @Test
  void tellsApartByPrincipalFromWhateverAddressItComes() {
    tellsPrincipalsApart("X-Logged-In");
  }

  /**
   * @param login the header that names who logs in
   */
  void tellsPrincipalsApart(String login) {
    for (String user : new String[] {"ann " + client, "bob " + client}) {
      for (int status : new int[] {200, 200, 429}) {
        newClient();
        request().header(login, user).get("/limits/principal").then().statusCode(status);
      }
    }
    request().get("/limits/principal").then().statusCode(200);
  }

  @Test
  void takesNoHeaderForAnotherKindOfClient() {
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
  void letsShadowPoliciesPassWithoutAWord() {
    for (int i = 0; i < 3; i++) {
      request().get("/limits/shadow").then().statusCode(200).header("RateLimit", equalTo(null));
    }
    String statistics = request().get("/limits/statistics?policy=shadow").asString();
    assertThat(statistics).contains("permitted=1").contains("shadowed=2");
  }

  @Test
  void saysWhatAnOperatorWantsItToSay() {
    request().get("/limits/message").then().statusCode(200);
    request()
        .get("/limits/message")
        .then()
        .statusCode(429)
        .body("detail", equalTo("One a minute is enough."));
  }

  @Test
  void tellsObserversOfWhoComesNearAndOfRefusals() {
    request().get("/limits/events?policy=LimitsResource.byClassToo");
    admits(2, "/limits/by-class-too");
    assertThat(request().get("/limits/events?policy=LimitsResource.byClassToo").asString())
        .endsWith("Permitted, Refused]");
  }

  @Test
  void decidesForCodeThatNoRequestReaches() {
    String ask = "/limits/ask?policy=outside&key=" + client;
    for (int left = 2; left >= 0; left--) {
      assertThat(request().post(ask).asString()).isEqualTo("Permitted " + left);
    }
    assertThat(request().post(ask).asString()).isEqualTo("Refused 0");
    request().post("/limits/reset?policy=outside&key=" + client).then().statusCode(204);
    assertThat(request().post(ask).asString()).isEqualTo("Permitted 2");
    request().post("/limits/ask?policy=nowhere&key=a").then().statusCode(500);
  }

  @Test
  void sharesAQuotaWithCodeThatNoRequestReaches() {
    request().get("/limits/shared-a").then().statusCode(200);
    assertThat(request().post("/limits/ask?policy=shared&key=" + client).asString())
        .isEqualTo("Permitted 0");
    request().get("/limits/shared-b").then().statusCode(429);
  }
}
