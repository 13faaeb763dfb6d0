package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.ServiceWar;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients see of caches, whichever server and store. */
@ArquillianTest
abstract class CacheContract {

  @ArquillianResource private URL deployed;

  /** Liberty leaves a 304 over HTTP/2 open, and this client would ask for that. */
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** The name of the tier that answers. */
  abstract String tier();

  static WebArchive war(Map<String, String> settings) {
    return ServiceWar.with(
        settings,
        CatalogResource.class,
        CatalogResource.Item.class,
        CatalogBean.class,
        CatalogBean.Product.class,
        CatalogBean.Source.class,
        CatalogBean.Transactions.class,
        LoginFilter.class);
  }

  private HttpResponse<String> send(String method, String path, String... headers) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(
                  URI.create(
                      "http://"
                          + deployed.getHost()
                          + ":"
                          + deployed.getPort()
                          + "/catalog/"
                          + path))
              .timeout(Duration.ofSeconds(20))
              .method(method, HttpRequest.BodyPublishers.noBody());
      if (headers.length > 0) {
        request.headers(headers);
      }
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> get(String path, String... headers) {
    return send("GET", path, headers);
  }

  private static String header(HttpResponse<?> answer, String name) {
    return String.join(", ", answer.headers().allValues(name));
  }

  private static String status(HttpResponse<?> answer) {
    return header(answer, "Cache-Status");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "items/whole?page=1",
        "everyone",
        "response",
        "tagged",
        "text",
        "bytes",
        "list",
        "number",
        "stage/1",
        "tenant"
      })
  void answersTheSecondTimeAsTheFirst(String path) {
    HttpResponse<String> first = get(path);
    HttpResponse<String> second = get(path);
    assertThat(status(first)).isEqualTo("sluice; fwd=miss; stored");
    assertThat(status(second)).matches("sluice; hit; ttl=\\d+; detail=" + tier());
    assertThat(second.statusCode()).isEqualTo(first.statusCode());
    assertThat(second.body()).isEqualTo(first.body());
    for (String name :
        List.of(
            "Content-Type",
            "Content-Language",
            "Content-Length",
            "X-Own",
            "ETag",
            "Vary",
            "Cache-Control")) {
      assertThat(header(second, name)).as(name).isEqualTo(header(first, name));
    }
    assertThat(header(first, "Age")).isEmpty();
    assertThat(header(second, "Age")).matches("\\d+");
    assertThat(header(second, "Date").split("GMT")).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void keepsStatusLanguageAndTheMethodsOwnFields() {
    get("response?keeps");
    HttpResponse<String> hit = get("response?keeps");
    assertThat(hit.statusCode()).isEqualTo(203);
    assertThat(header(hit, "Content-Language")).isEqualTo("de");
    assertThat(hit.headers().allValues("X-Own")).containsExactly("a", "b");
    assertThat(header(hit, "Content-Type")).isEqualToIgnoringCase("text/plain;charset=UTF-8");
    assertThat(header(get("tagged"), "ETag")).isEqualTo("\"own\"");
  }

  @Test
  void differentArgumentsAreDifferentEntries() {
    assertThat(get("items/1?page=1").body()).isNotEqualTo(get("items/1?page=2").body());
    assertThat(get("items/1?page=1").body()).isNotEqualTo(get("items/2?page=1").body());
  }

  @Test
  void answersHeadLikeGetWithoutABody() {
    HttpResponse<String> head = send("HEAD", "items/head");
    HttpResponse<String> got = get("items/head");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(header(head, "ETag")).isEqualTo(header(got, "ETag")).isNotEmpty();
    assertThat(status(got)).contains("hit");
    assertThat(send("HEAD", "items/head").body()).isEmpty();
  }

  @Test
  void answersConditionalRequestsOnAMissToo() {
    HttpResponse<String> first = get("items/conditional", "If-None-Match", "*");
    assertThat(first.statusCode()).isEqualTo(304);
    assertThat(first.body()).isEmpty();
    String etag = header(first, "ETag");
    HttpResponse<String> second = get("items/conditional", "If-None-Match", "\"a,b\", W/" + etag);
    assertThat(second.statusCode()).isEqualTo(304);
    assertThat(header(second, "ETag")).isEqualTo(etag);
    assertThat(header(second, "Cache-Control")).contains("max-age=30");
    assertThat(header(second, "Vary")).isNotEmpty();
    assertThat(header(second, "Content-Type")).isEmpty();
    assertThat(get("items/conditional", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    HttpResponse<String> failed = get("items/conditional", "If-Match", "\"other\"");
    assertThat(failed.statusCode()).isEqualTo(412);
    assertThat(header(failed, "Content-Type")).isEqualTo("application/problem+json");
    assertThat(get("items/conditional", "If-Match", etag).statusCode()).isEqualTo(200);
  }

  @Test
  void refusesToWorkWhenOnlyWhatIsCachedIsAskedFor() {
    HttpResponse<String> none = get("items/only", "Cache-Control", "only-if-cached");
    assertThat(none.statusCode()).isEqualTo(504);
    assertThat(header(none, "Content-Type")).isEqualTo("application/problem+json");
    get("items/only");
    assertThat(get("items/only", "Cache-Control", "only-if-cached").statusCode()).isEqualTo(200);
  }

  @Test
  void ignoresDirectivesThatMakeWork() {
    get("items/directives");
    assertThat(status(get("items/directives", "Cache-Control", "no-cache, max-age=0")))
        .contains("hit");
  }

  @Test
  void keepsMediaTypesApart() {
    HttpResponse<String> json = get("negotiated", "Accept", "application/json");
    HttpResponse<String> text = get("negotiated", "Accept", "text/plain");
    assertThat(json.body()).isNotEqualTo(text.body());
    assertThat(header(json, "Content-Type")).startsWith("application/json");
    assertThat(header(text, "Content-Type")).startsWith("text/plain");
    assertThat(header(json, "Vary").toLowerCase(java.util.Locale.ROOT)).containsOnlyOnce("accept");
    HttpResponse<String> again = get("negotiated", "Accept", "text/plain;q=0.5, application/json");
    assertThat(again.body()).isEqualTo(json.body());
    assertThat(get("negotiated", "Accept", "application/json;q=0, */*").body())
        .isNotEqualTo(json.body());
  }

  @Test
  void keepsVaryingFieldsApart() {
    HttpResponse<String> a = get("tenant", "X-Tenant", "a");
    assertThat(get("tenant", "X-Tenant", "b").body()).isNotEqualTo(a.body());
    assertThat(get("tenant", "X-Tenant", "a").body()).isEqualTo(a.body());
    assertThat(header(a, "Vary")).contains("X-Tenant");
  }

  @ParameterizedTest
  @CsvSource({
    "X-Logged-In, alice",
    "Authorization, Bearer abc",
    "Authorization, Basic YTpi",
  })
  void passesTheCacheByForThoseWhoAreLoggedIn(String name, String value) {
    String anonymous = get("items/who").body();
    HttpResponse<String> known = get("items/who", name, value);
    assertThat(known.body()).isNotEqualTo(anonymous);
    assertThat(status(known)).isEqualTo("sluice; fwd=bypass; detail=audience");
    assertThat(header(known, "Cache-Control")).isEqualTo("private");
    assertThat(header(known, "Vary")).contains("Authorization", "Cookie");
    assertThat(get("items/who").body()).isEqualTo(anonymous);
  }

  @Test
  void sharesWithEveryoneWhatIsForEveryone() {
    String anonymous = get("everyone").body();
    assertThat(get("everyone", "X-Logged-In", "alice").body()).isEqualTo(anonymous);
    assertThat(get("everyone", "Authorization", "Bearer abc").body()).isEqualTo(anonymous);
    assertThat(header(get("everyone"), "Cache-Control")).isEqualTo("public, max-age=30");
    assertThat(header(get("everyone"), "Vary")).isEmpty();
  }

  @Test
  void givesEachPrincipalAnEntryOfTheirOwn() {
    HttpResponse<String> alice = get("principal", "X-Logged-In", "alice");
    HttpResponse<String> bob = get("principal", "X-Logged-In", "bob");
    HttpResponse<String> nobody = get("principal");
    assertThat(alice.body()).contains("alice");
    assertThat(bob.body()).contains("bob");
    assertThat(nobody.body()).contains("nobody");
    assertThat(get("principal", "X-Logged-In", "alice").body()).isEqualTo(alice.body());
    assertThat(get("principal").body()).isEqualTo(nobody.body());
    assertThat(header(alice, "Cache-Control")).isEqualTo("private, max-age=30");
    assertThat(status(get("principal", "Authorization", "Bearer unknown"))).contains("bypass");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cookie",
        "no-store",
        "private",
        "vary",
        "404",
        "503",
        "large",
        "stream",
        "throws",
        "mapped"
      })
  void neverStores(String why) {
    HttpResponse<String> first = get("never/" + why);
    HttpResponse<String> second = get("never/" + why);
    assertThat(second.statusCode()).isEqualTo(first.statusCode());
    assertThat(status(second)).doesNotContain("hit", "stored", "collapsed");
    assertThat(header(second, "Age")).isEmpty();
    if (Stream.of("cookie", "no-store", "vary", "404", "503").anyMatch(why::equals)) {
      assertThat(second.body()).isNotEqualTo(first.body());
    }
  }

  @Test
  void keepsWhatIsMissingForItsOwnTime() {
    HttpResponse<String> first = get("missing");
    HttpResponse<String> second = get("missing");
    assertThat(second.statusCode()).isEqualTo(404);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(header(second, "Cache-Control")).isEqualTo("public, max-age=5");
  }

  @Test
  void answersWithWhatIsStaleWhenTheMethodFails() {
    HttpResponse<String> good = get("fragile?x=1");
    assertThat(header(good, "Cache-Control")).contains("stale-if-error=60");
    Awaitility.await().until(() -> status(get("fragile?x=1&fail=true")).contains("stale-if-error"));
    HttpResponse<String> stale = get("fragile?x=1&fail=true");
    assertThat(stale.statusCode()).isEqualTo(200);
    assertThat(stale.body()).isEqualTo(good.body());
    assertThat(get("fragile?x=2&fail=true").statusCode()).isEqualTo(500);
  }

  @Test
  void evictsByTagAfterSuccessOnly() {
    String before = get("items/tag").body();
    send("PUT", "items/tag?status=409");
    assertThat(get("items/tag").body()).isEqualTo(before);
    send("PUT", "items/tag?status=204");
    assertThat(get("items/tag").body()).isNotEqualTo(before);
  }

  @Test
  void evictsByArgumentsAllVariantsAndNothingElse() {
    String before = get("items/key?page=1").body();
    String other = get("items/key?page=2").body();
    send("DELETE", "items/key?page=1");
    assertThat(get("items/key?page=1").body()).isNotEqualTo(before);
    assertThat(get("items/key?page=2").body()).isEqualTo(other);
  }

  @Test
  void clearsACache() {
    String before = get("items/clear").body();
    send("DELETE", "cache/items");
    assertThat(get("items/clear").body()).isNotEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "product, 1",
    "generic, 1",
    "none, 1",
    "number, 1",
    "optional, 1",
    "stage, 1",
    "fails, 2",
  })
  void cachesValuesOfOtherBeans(String kind, int calls) {
    if (!kind.equals("product")) {
      send("DELETE", "cache/Source." + kind);
    }
    String described = get("values/" + kind).body();
    assertThat(described).contains("true " + calls);
    if (kind.equals("fails")) {
      assertThat(described).contains("IOException");
    }
  }

  @ParameterizedTest
  @CsvSource({"commit, false true", "rollback, false false"})
  void evictsAfterCommit(String how, String expected) {
    assertThat(send("PUT", "values/" + how).body()).isEqualTo(expected);
  }

  @Test
  void countsWhatItDoes() {
    get("never/cookie");
    assertThat(get("statistics/CatalogResource.never").body()).contains("set-cookie=");
  }
}
