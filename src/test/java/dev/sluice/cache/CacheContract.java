package dev.sluice.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.greenbytes.http.sfv.IntegerItem;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.Parameters;
import org.greenbytes.http.sfv.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The behaviour of cached methods that clients see, on every server and store. */
abstract class CacheContract extends CacheFaultContract {

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
  void servesTheSameResponseAgain(String path) {
    HttpResponse<String> first = get(path);
    HttpResponse<String> second = get(path);
    assertThat(status(first)).isEqualTo("sluice; fwd=miss; stored");
    assertThat(status(second)).matches("sluice; hit; ttl=\\d+; detail=" + store());
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
  void storesStatusLanguageAndTheMethodsOwnFields() {
    get("response?keeps");
    HttpResponse<String> hit = get("response?keeps");
    assertThat(hit.statusCode()).isEqualTo(203);
    assertThat(header(hit, "Content-Language")).isEqualTo("de");
    assertThat(hit.headers().allValues("X-Own")).containsExactly("a", "b");
    assertThat(header(hit, "Content-Type")).isEqualToIgnoringCase("text/plain;charset=UTF-8");
    assertThat(header(get("tagged"), "ETag")).isEqualTo("\"own\"");
  }

  @Test
  void storesAnEntryForEachArgument() {
    assertThat(get("items/1?page=1").body()).isNotEqualTo(get("items/1?page=2").body());
    assertThat(get("items/1?page=1").body()).isNotEqualTo(get("items/2?page=1").body());
  }

  @Test
  void servesHeadLikeGetWithoutBody() {
    HttpResponse<String> head = send("HEAD", "items/head");
    HttpResponse<String> got = get("items/head");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(header(head, "ETag")).isEqualTo(header(got, "ETag")).isNotEmpty();
    assertThat(status(got)).contains("hit");
    assertThat(send("HEAD", "items/head").body()).isEmpty();
  }

  @Test
  void evaluatesPreconditionsOnMissToo() {
    HttpResponse<String> first = get("items/conditional", "If-None-Match", "*");
    assertThat(first.statusCode()).isEqualTo(304);
    assertThat(first.body()).isEmpty();
    String etag = header(first, "ETag");
    HttpResponse<String> second = get("items/conditional", "If-None-Match", "\"a,b\", W/" + etag);
    assertThat(second.statusCode()).isEqualTo(304);
    assertThat(header(second, "ETag")).isEqualTo(etag);
    assertThat(header(second, "Cache-Control")).isEqualTo("public, no-cache");
    assertThat(header(second, "Vary")).isNotEmpty();
    assertThat(header(second, "Content-Type")).isEmpty();
    assertThat(get("items/conditional", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    HttpResponse<String> failed = get("items/conditional", "If-Match", "\"other\"");
    assertThat(failed.statusCode()).isEqualTo(412);
    assertThat(header(failed, "Content-Type")).isEqualTo("application/problem+json");
    assertThat(get("items/conditional", "If-Match", etag).statusCode()).isEqualTo(200);
  }

  @Test
  void runsNoMethodForOnlyIfCached() {
    HttpResponse<String> none = get("items/only", "Cache-Control", "only-if-cached");
    assertThat(none.statusCode()).isEqualTo(504);
    assertThat(header(none, "Content-Type")).isEqualTo("application/problem+json");
    get("items/only");
    assertThat(get("items/only", "Cache-Control", "only-if-cached").statusCode()).isEqualTo(200);
  }

  @Test
  void runsNeitherMethodNorEncoderOnHit() {
    int before = Integer.parseInt(get("encodings").body());
    String first = get("counted/encodings").body();
    assertThat(get("encodings").body()).isEqualTo("" + (before + 1));
    assertThat(get("counted/encodings").body()).isEqualTo(first);
    String etag = header(get("counted/encodings"), "ETag");
    assertThat(get("counted/encodings", "If-None-Match", etag).statusCode()).isEqualTo(304);
    send("HEAD", "counted/encodings");
    assertThat(get("encodings").body()).isEqualTo("" + (before + 1));
  }

  @Test
  void countsHitsMissesAndBytes() {
    Map<String, Long> before = statistics("counted");
    int length = get("counted/statistics").body().length();
    get("counted/statistics");
    get("counted/statistics");
    Map<String, Long> after = statistics("counted");
    after.replaceAll((name, count) -> count - before.get(name));
    // Of two hits in Redis the second may be one of the near cache.
    assertThat(after.get(store() + "Hits") + after.get("nearHits")).isEqualTo(2);
    assertThat(after)
        .containsEntry("misses", 1L)
        .containsEntry("stored", 1L)
        .containsEntry("bytes", (long) length)
        .containsEntry("failures", 0L)
        .containsEntry("evicted", 0L);
  }

  @Test
  void countsEvictionsOfKeysAndOfTheCache() {
    long before = statistics("items").get("evicted");
    send("DELETE", "items/counted?page=1");
    send("DELETE", "cache/items");
    assertThat(statistics("items").get("evicted")).isEqualTo(before + 2);
  }

  @Test
  void settingsOverrideDeclaredTimes() {
    assertThat(header(get("overridden?status=200"), "Cache-Control"))
        .isEqualTo("public, max-age=7, stale-while-revalidate=8, stale-if-error=9");
    assertThat(header(get("overridden?status=404"), "Cache-Control")).contains("max-age=10,");
    assertThat(status(get("overridden?status=200"))).matches("sluice; hit; ttl=[567]; .*");
    assertThat(header(get("overridden/unnamed"), "Cache-Control")).contains("max-age=11");
  }

  @Test
  void storesNoClientsNameOfTheHostInLocation() {
    HttpResponse<String> one = sendTo("127.0.0.1", "GET", "moved");
    HttpResponse<String> other = sendTo("localhost", "GET", "moved");
    assertThat(one.statusCode()).isEqualTo(303);
    assertThat(status(other)).contains("hit");
    assertThat(one.uri().resolve(header(one, "Location")).toString())
        .startsWith("http://127.0.0.1:")
        .contains("/catalog/items/1?page=");
    assertThat(other.uri().resolve(header(other, "Location")).toString())
        .startsWith("http://localhost:")
        .endsWith(header(one, "Location").replaceFirst(".*/catalog", "/catalog"));
  }

  @Test
  void evaluatesPreconditionsOfSuccessOnly() {
    String etag = header(get("response"), "ETag");
    assertThat(get("response", "If-None-Match", etag).statusCode()).isEqualTo(304);
    assertThat(get("missing", "If-None-Match", "*").statusCode()).isEqualTo(404);
  }

  @Test
  void survivesHugeFields() {
    get("items/long");
    String quoted = "x=\"" + "\\x".repeat(2_000) + "\"";
    assertThat(get("items/long", "Cache-Control", quoted).statusCode()).isEqualTo(200);
    assertThat(get("items/long", "If-None-Match", ",".repeat(4_000)).statusCode()).isEqualTo(200);
    assertThat(get("items/long", "If-Match", "\"".repeat(4_000)).statusCode()).isEqualTo(412);
  }

  @ParameterizedTest
  @ValueSource(strings = {"items/field", "never/cookie", "never/large", "fragile?x=9"})
  void writesWellFormedCacheStatus(String path) {
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> response = get(path);
      for (ListElement<?> member : Parser.parseList(status(response)).get()) {
        assertThat(member.get()).hasToString("sluice");
        Parameters parameters = member.getParams();
        assertThat(parameters.keySet())
            .isSubsetOf("hit", "fwd", "stored", "collapsed", "ttl", "detail");
        assertThat(parameters.containsKey("hit")).isNotEqualTo(parameters.containsKey("fwd"));
        if (parameters.containsKey("ttl")) {
          assertThat(parameters.get("ttl")).isInstanceOf(IntegerItem.class);
        }
      }
    }
  }

  @Test
  void negotiatesTypeAndLanguage() {
    Map<List<String>, String> bodies = new HashMap<>();
    for (int round = 0; round < 2; round++) {
      for (String type : List.of("application/json", "text/plain")) {
        for (String language : List.of("en", "de")) {
          HttpResponse<String> response =
              get("variants", "Accept", type, "Accept-Language", language);
          assertThat(header(response, "Content-Type")).startsWith(type);
          assertThat(header(response, "Content-Language")).isEqualTo(language);
          assertThat(header(response, "Vary").toLowerCase(java.util.Locale.ROOT).split(", *"))
              .contains("accept", "accept-language")
              .doesNotHaveDuplicates();
          String first = bodies.putIfAbsent(List.of(type, language), response.body());
          assertThat(first).isIn(null, response.body());
          assertThat(status(response)).contains(first == null ? "stored" : "hit");
        }
      }
    }
    assertThat(bodies.values()).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({"made, 203, stored, hit", "gone, 410, stored, hit", "fails, 500, '', ''"})
  void storesResponseOfStage(String how, int code, String first, String second) {
    HttpResponse<String> made = get("stage/response/" + how);
    HttpResponse<String> again = get("stage/response/" + how);
    assertThat(List.of(made.statusCode(), again.statusCode())).containsOnly(code);
    if (first.isEmpty()) {
      assertThat(status(made) + status(again)).doesNotContain("stored", "hit");
    } else {
      assertThat(status(made)).contains(first);
      assertThat(status(again)).contains(second);
      assertThat(again.body()).isEqualTo(made.body());
      assertThat(header(again, "X-Own")).isEqualTo("a");
    }
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

  /** How alice and bob log in: by the application, by the container, with and without a field. */
  enum Login {
    FILTER,
    COOKIE,
    BASIC;

    String[] as(String user) {
      return switch (this) {
        case FILTER -> new String[] {"X-Logged-In", user};
        case COOKIE -> new String[] {"Cookie", "login=" + user};
        case BASIC ->
            new String[] {
              "Authorization",
              "Basic " + Base64.getEncoder().encodeToString((user + ":secret").getBytes(UTF_8))
            };
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Login.class)
  void bypassesCacheForUsers(Login login) {
    String anonymous = get("items/who").body();
    for (String user : List.of("alice", "bob")) {
      HttpResponse<String> known = get("items/who", login.as(user));
      assertThat(known.body()).isNotEqualTo(anonymous);
      assertThat(status(known)).isEqualTo("sluice; fwd=bypass; detail=audience");
      assertThat(header(known, "Cache-Control")).isEqualTo("private");
      assertThat(header(known, "Vary")).contains("Authorization", "Cookie");
    }
    assertThat(get("items/who").body()).isEqualTo(anonymous);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer abc", "Basic bWFsbG9yeTph"})
  void bypassesCacheForRequestsWithAuthorization(String authorization) {
    String anonymous = get("items/who").body();
    HttpResponse<String> known = get("items/who", "Authorization", authorization);
    assertThat(status(known)).isEqualTo("sluice; fwd=bypass; detail=audience");
    assertThat(known.body()).isNotEqualTo(anonymous);
    assertThat(status(get("principal", "Authorization", authorization))).contains("bypass");
  }

  @Test
  void hasNothingCachedForBypassedRequests() {
    get("items/who");
    HttpResponse<String> none =
        get("items/who", "Authorization", "Bearer a", "Cache-Control", "only-if-cached");
    assertThat(none.statusCode()).isEqualTo(504);
  }

  @ParameterizedTest
  @EnumSource(Login.class)
  void sharesOneEntryWithEveryone(Login login) {
    String made = get("everyone?x=" + login, login.as("alice")).body();
    HttpResponse<String> anonymous = get("everyone?x=" + login);
    assertThat(get("everyone?x=" + login, login.as("bob")).body()).isEqualTo(made);
    assertThat(anonymous.body()).isEqualTo(made);
    assertThat(header(anonymous, "Cache-Control")).isEqualTo("public, max-age=30");
    assertThat(header(anonymous, "Vary")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Login.class)
  void storesAnEntryForEachPrincipal(Login login) {
    String path = "principal?x=" + login;
    HttpResponse<String> alice = get(path, login.as("alice"));
    HttpResponse<String> bob = get(path, login.as("bob"));
    HttpResponse<String> nobody = get(path);
    assertThat(alice.body()).contains("alice");
    assertThat(bob.body()).contains("bob");
    assertThat(nobody.body()).contains("nobody");
    assertThat(get(path, login.as("alice")).body()).isEqualTo(alice.body());
    assertThat(get(path, login.as("bob")).body()).isEqualTo(bob.body());
    assertThat(get(path).body()).isEqualTo(nobody.body());
    assertThat(status(get(path, login.as("bob")))).contains("hit");
    assertThat(header(alice, "Cache-Control")).isEqualTo("private, max-age=30");
    assertThat(header(alice, "Vary")).isEqualTo("Authorization, Cookie");
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
    if (!why.equals("throws") && !why.equals("mapped")) {
      assertThat(header(second, "Vary")).contains("Authorization, Cookie");
    }
    if (Stream.of("cookie", "no-store", "vary", "404", "503").anyMatch(why::equals)) {
      assertThat(second.body()).isNotEqualTo(first.body());
    }
  }

  @Test
  void storesNegativeResponseForItsOwnTime() {
    HttpResponse<String> first = get("missing");
    HttpResponse<String> second = get("missing");
    assertThat(second.statusCode()).isEqualTo(404);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(header(second, "Cache-Control")).isEqualTo("public, max-age=5");
  }

  @Test
  void servesStaleWhenMethodFails() {
    HttpResponse<String> good = get("fragile?x=1");
    assertThat(header(good, "Cache-Control")).isEqualTo("public, no-cache");
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
  void evictsAllVariantsOfOneKey() {
    String before = get("items/key?page=1").body();
    String other = get("items/key?page=2").body();
    send("DELETE", "items/key?page=1");
    assertThat(get("items/key?page=1").body()).isNotEqualTo(before);
    assertThat(get("items/key?page=2").body()).isEqualTo(other);
  }

  @Test
  void clearsOneCache() {
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
    "unwritable, 2",
    "deep, 2",
    "deepStage, 2",
  })
  void cachesValuesOfOtherBeans(String kind, int calls) {
    send("DELETE", "cache/Source." + kind);
    String described = get("values/" + kind).body();
    assertThat(described).contains("true " + calls);
    if (kind.equals("fails")) {
      assertThat(described).contains("IOException");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "commit, false true",
    "own, false true",
    "stage, false true",
    "rollback, false false",
    "marked before, false false",
    "marked after, false false",
    "own rollback, false false"
  })
  void evictsAfterCommit(String how, String withinAndAfter) {
    assertThat(send("PUT", "values/" + how.replace(" ", "%20")).body()).isEqualTo(withinAndAfter);
  }

  @ParameterizedTest
  @CsvSource({
    "returns, put",
    "stage, put",
    "commit, put",
    "rollback, before",
    "throws, before",
    "evicted, computed",
    "evicted-by-tag, computed"
  })
  void putReplacesTheValueUnlessItFailsOrIsEvicted(String how, String after) {
    assertThat(get("puts/" + how).body()).isEqualTo(after);
  }

  @Test
  void evictsResponseByATagOfItsResult() {
    HttpResponse<String> first = get("results/1");
    assertThat(status(first)).isEqualTo("sluice; fwd=miss; stored");
    assertThat(header(first, "Cache-Control")).isEqualTo("public, no-cache");
    send("PUT", "results/1");
    assertThat(get("results/1").body()).isEqualTo(first.body());
    send("PUT", "results/of-1");
    assertThat(get("results/1").body()).isNotEqualTo(first.body());
  }

  @Test
  void storesNoResponseWhoseTagWasEvictedWhileItWasComputed() {
    assertThat(status(get("results/2?evict=of-2")))
        .isEqualTo("sluice; fwd=miss; detail=not-stored");
    assertThat(status(get("results/2?evict=of-2"))).contains("fwd=miss");
    assertThat(get("statistics/CatalogResource.result").body()).contains("evicted-meanwhile=");
  }

  @Test
  void evictsValueByATagOfItsResultHoweverItWasStored() {
    assertThat(get("evictions").body()).isEqualTo("true true true true");
  }

  @Test
  void computesStaleValuesInTheBackground() {
    assertThat(get("refreshes").body()).isEqualTo("call 1 of 1");
    Awaitility.await().until(() -> get("refreshes").body().equals("call 1 of 2"));
    assertThat(get("refreshes").body()).isEqualTo("call 1 of 2"); // while the second call waits
    send("PUT", "refreshes");
    Awaitility.await().until(() -> !get("refreshes").body().startsWith("call 1"));
  }

  @Test
  void computesValuesAhead() {
    String first = get("refreshes/ahead").body();
    Awaitility.await().until(() -> !get("refreshes/ahead").body().equals(first));
  }

  /** Of a resource method that needs no request. Nobody waits for the backend. */
  @ParameterizedTest
  @CsvSource({"stale, stale", "ahead, (local|redis|near)"})
  void computesResponsesInTheBackground(String path, String detail) {
    assumeFalse(
        path.equals("ahead") && isResteasy(), "RESTEasy finds no writers outside a request");
    String resource = "refreshed/" + path + "/" + path;
    send("PUT", "faults/backend");
    HttpResponse<String> first = get(resource);
    assertThat(status(first)).contains("stored");
    Awaitility.await()
        .until(
            () -> {
              HttpResponse<String> meanwhile = get(resource);
              assertThat(meanwhile.body()).isEqualTo(first.body());
              return get("refreshed/calls/" + path).body().equals("2");
            });
    HttpResponse<String> meanwhile = get(resource);
    assertThat(meanwhile.body()).isEqualTo(first.body());
    assertThat(status(meanwhile)).matches("sluice; hit; ttl=-?\\d+; detail=" + detail);
    send("DELETE", "faults/backend");
    Awaitility.await().until(() -> !get(resource).body().equals(first.body()));
    HttpResponse<String> second = get(resource);
    assertThat(second.body()).contains("\"call\":");
    for (String name : List.of("Content-Type", "Cache-Control", "Vary")) {
      assertThat(header(second, name)).as(name).isEqualTo(header(first, name));
    }
    assertThat(header(second, "ETag")).isNotEqualTo(header(first, "ETag")).isNotEmpty();
  }

  @Test
  void missingResourceIsNoLongerServedStaleOnceTheBackgroundHasFoundOut() {
    assertThat(get("refreshed/stale/gone").statusCode()).isEqualTo(200);
    Awaitility.await().until(() -> get("refreshed/stale/gone").statusCode() == 404);
  }

  @Test
  void sharesEntriesBetweenLoadersAndTheMethod() {
    assertThat(get("loads").body()).isEqualTo("[loaded 1, loaded 1, loaded 1, loaded 2]");
  }

  @Test
  void storesResponseOfQueryForEachBody() {
    HttpResponse<String> one = query("query", "{\"text\":\"a\",\"numbers\":[1,2]}");
    assertThat(one.statusCode()).isEqualTo(200);
    assertThat(query("query", "{\"text\":\"a\",\"numbers\":[2,1]}").body())
        .isNotEqualTo(one.body());
    HttpResponse<String> same = query("query", "{\"numbers\": [1, 2], \"text\": \"a\"}");
    assertThat(same.body()).isEqualTo(one.body());
    assertThat(status(same)).contains("hit");
  }

  @Test
  void conditionDecidesWhichCallsAreCachedAndWhatIsStored() {
    get("conditional/8");
    assertThat(status(get("conditional/8"))).contains("hit");
    get("conditional/7");
    assertThat(status(get("conditional/7"))).isEqualTo("sluice; fwd=bypass; detail=condition");
    get("conditional/42");
    assertThat(status(get("conditional/42"))).isEqualTo("sluice; fwd=miss; detail=condition");
    HttpResponse<String> failing = get("conditional/100");
    assertThat(failing.statusCode()).isEqualTo(200);
    assertThat(status(failing)).doesNotContain("stored");
  }

  @Test
  void jitterLetsEntriesExpireAtDifferentTimes() {
    Set<String> lifetimes = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      String field = header(get("jitter/" + i), "Cache-Control");
      assertThat(Integer.parseInt(field.replaceAll("\\D", ""))).isBetween(100, 1000);
      lifetimes.add(field);
    }
    assertThat(lifetimes).hasSizeGreaterThan(1);
  }

  @Test
  void countsReasonsForNotStoring() {
    get("never/cookie");
    assertThat(get("statistics/CatalogResource.never").body()).contains("set-cookie=");
  }
}
