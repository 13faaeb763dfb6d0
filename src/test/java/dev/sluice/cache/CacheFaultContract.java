package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults of other caches, by the report where there is one. */
abstract class CacheFaultContract extends CacheClient {

  private final ExecutorService callers = Executors.newCachedThreadPool();

  @AfterEach
  void stopCallers() {
    callers.shutdownNow();
  }

  private int calls() {
    return Integer.parseInt(get("faults/calls").body());
  }

  private List<HttpResponse<String>> atOnce(int count, String path) {
    List<CompletableFuture<HttpResponse<String>>> all =
        IntStream.range(0, count)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> get(path), callers))
            .toList();
    return all.stream().map(CompletableFuture::join).toList();
  }

  @DisplayName("webjs#1097, fastapi-cache#475: stores nothing that varies by more than the key")
  @ParameterizedTest
  @ValueSource(strings = {"Cookie", "Authorization", "Accept-Encoding", "*"})
  void doesNotStoreResponseThatVariesByMoreThanTheKey(String field) {
    String path = "faults/vary/" + field.replace("*", "%2A");
    String first = get(path).body();
    HttpResponse<String> second = get(path);
    assertThat(second.body()).isNotEqualTo(first);
    assertThat(status(second)).contains("detail=vary");
  }

  @Test
  void storesLinkWithoutTheClientsNameOfTheHost() {
    HttpResponse<String> one = sendTo("127.0.0.1", "GET", "faults/uri/Link");
    HttpResponse<String> other = sendTo("localhost", "GET", "faults/uri/Link");
    assertThat(status(other)).contains("hit");
    assertThat(header(other, "Link")).isEqualTo(header(one, "Link")).startsWith("</");
  }

  @Test
  void doesNotStoreOtherFieldsWithTheClientsNameOfTheHost() {
    sendTo("127.0.0.1", "GET", "faults/uri/X-Self");
    HttpResponse<String> other = sendTo("localhost", "GET", "faults/uri/X-Self");
    assertThat(status(other)).contains("detail=host");
    assertThat(header(other, "X-Self")).contains("localhost");
  }

  @Test
  void storesAnEntryForEachHostWhereDeclared() {
    String one = header(sendTo("127.0.0.1", "GET", "faults/host"), "X-Self");
    HttpResponse<String> other = sendTo("localhost", "GET", "faults/host");
    assertThat(header(other, "X-Self")).isNotEqualTo(one).contains("localhost");
    assertThat(status(sendTo("localhost", "GET", "faults/host"))).contains("hit");
  }

  @Test
  void storesFieldsThatWriterSets() {
    HttpResponse<String> miss = get("faults/download?x=written");
    HttpResponse<String> hit = get("faults/download?x=written");
    assertThat(status(hit)).contains("hit");
    for (HttpResponse<String> response : List.of(miss, hit)) {
      assertThat(header(response, "Content-Disposition")).contains("items.csv");
      assertThat(header(response, "X-Written")).isEqualTo("yes");
    }
    assertThat(hit.body()).isEqualTo(miss.body());
  }

  @Test
  void hostsFiltersSeeTheEntityOnMiss() {
    assertThat(header(get("faults/download?x=seen"), "X-Entity")).isEqualTo("Download");
  }

  @Test
  void varyOfTheCacheSurvivesTheHostsFilters() {
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> response = get("faults/download?x=cors", "Origin", "http://a.example");
      assertThat(header(response, "Vary")).contains("Origin", "Authorization", "Cookie");
    }
  }

  @DisplayName("next.js#96266: neither stores nor calls public what sets a cookie")
  @ParameterizedTest
  @ValueSource(strings = {"cookie", "header", "session"})
  void neitherStoresNorCallsPublicWhatSetsCookieByTheServletApi(String how) {
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> response = get("faults/servlet/" + how);
      assertThat(header(response, "Set-Cookie")).isNotEmpty();
      assertThat(status(response)).doesNotContain("hit", "stored");
      assertThat(header(response, "Cache-Control")).doesNotContain("public");
    }
  }

  /** Callers that come together, while the method waits for them. */
  private List<HttpResponse<String>> herd(String how) {
    send("PUT", "faults/herd?callers=8");
    return atOnce(8, "faults/herd/" + how);
  }

  @DisplayName("caffeine#287: a failing method is not run by its herd")
  @ParameterizedTest
  @ValueSource(strings = {"returned", "thrown", "exception"})
  void herdGetsTheResponseOfOneFailingCall(String how) {
    int before = calls();
    List<HttpResponse<String>> all = herd(how);
    assertThat(calls() - before).isLessThan(4); // one, and who has come too late for it
    assertThat(all)
        .allSatisfy(
            each -> assertThat(each.statusCode()).isEqualTo(how.equals("exception") ? 500 : 503));
    if (!how.equals("exception")) {
      assertThat(all)
          .anySatisfy(each -> assertThat(status(each)).contains("detail=server-error"))
          .anySatisfy(each -> assertThat(status(each)).contains("collapsed"));
      assertThat(all).allSatisfy(each -> assertThat(each.body()).startsWith("call "));
    }
  }

  @Test
  void sharesNoFailureThatSetsCookie() {
    assertThat(herd("cookie").stream().map(each -> header(each, "Set-Cookie")))
        .doesNotHaveDuplicates();
  }

  @Test
  void errorWhileEncodingEndsTheFillOfAStage() {
    long before = notStored("fragile-stage", "encoding");
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> response = get("faults/stage");
      assertThat(response.body()).startsWith("call ");
      assertThat(status(response)).isEqualTo("sluice; fwd=miss; detail=encoding");
    }
    assertThat(notStored("fragile-stage", "encoding")).isEqualTo(before + 2);
  }

  private long notStored(String cache, String reason) {
    return statistics(cache).getOrDefault(reason, 0L);
  }

  @Test
  void hitDoesNotCallTheResource() {
    String first = get("called/7?q=a").body();
    String calls = get("faults/called").body();
    for (int i = 0; i < 3; i++) {
      assertThat(get("called/7?q=a&unbound=" + i).body()).isEqualTo(first);
    }
    assertThat(get("faults/called").body()).isEqualTo(calls);
    assertThat(get("called/7?q=b").body()).isNotEqualTo(first);
    assertThat(get("called/07?q=a").body()).isEqualTo(first); // one number, another text
  }

  /** Asks until the entry is served before the application's filters, which add a field. */
  private HttpResponse<String> awaitEdge(String path) {
    return Awaitility.await().until(() -> get(path), each -> header(each, "X-Entity").isEmpty());
  }

  @Test
  void servesEdgeHitsWithoutTheApplicationsFilters() {
    HttpResponse<String> first = get("faults/edge/1?q=a");
    HttpResponse<String> hit = awaitEdge("faults/edge/1?q=a");
    assertThat(hit.body()).isEqualTo(first.body());
    assertThat(status(hit)).matches("sluice; hit; ttl=\\d+; detail=(near|local)");
    for (String name : List.of("ETag", "Vary", "Cache-Control", "Content-Type")) {
      assertThat(header(hit, name)).as(name).isEqualTo(header(first, name));
    }
    assertThat(header(hit, "Age")).matches("\\d+");
    HttpResponse<String> known = get("faults/edge/1?q=a", "If-None-Match", header(first, "ETag"));
    assertThat(known.statusCode()).isEqualTo(304);
    assertThat(known.body()).isEmpty();
    assertThat(get("faults/edge/1?q=a", "If-Match", "\"other\"").statusCode()).isEqualTo(412);
    assertThat(send("HEAD", "faults/edge/1?q=a").body()).isEmpty();
  }

  @Test
  void edgeHitsKeepRequestsApartAndEndWithEviction() {
    String a = awaitEdge("faults/edge/2?q=a").body();
    assertThat(get("faults/edge/2?q=b").body()).isNotEqualTo(a);
    assertThat(get("faults/edge/3?q=a").body()).isNotEqualTo(a);
    assertThat(get("faults/edge/2?q=a", "X-Tenant", "other").body()).isNotEqualTo(a);
    for (String[] identity :
        List.of(
            new String[] {"Authorization", "Bearer a"}, new String[] {"Cookie", "login=alice"})) {
      HttpResponse<String> known = get("faults/edge/2?q=a", identity);
      assertThat(status(known)).contains("detail=audience");
      assertThat(known.body()).isNotEqualTo(a);
    }
    assertThat(get("faults/edge/2?q=a").body()).isEqualTo(a);
    send("DELETE", "faults/edge/2");
    assertThat(get("faults/edge/2?q=a").body()).isNotEqualTo(a);
  }

  @Test
  void hostsFiltersRunOnEachHit() {
    get("faults/download?x=hit");
    HttpResponse<String> hit = get("faults/download?x=hit", "Origin", "http://a.example");
    assertThat(status(hit)).contains("hit");
    assertThat(header(hit, "X-Entity")).isEqualTo("byte[]");
    assertThat(header(hit, "Vary")).contains("Origin");
  }

  @DisplayName("jersey#3456: says that a locator's own instance is not cached")
  @Test
  void saysThatAnInstanceOfALocatorIsNotCached() {
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> response = get("faults/section");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(status(response)).isEqualTo("sluice; fwd=bypass; detail=not-a-bean");
    }
  }

  @Test
  void keepsTokensOfOneUserApart() {
    String path = "faults/user?x=tokens";
    HttpResponse<String> one = get(path, "X-Logged-In", "alice", "Authorization", "Bearer one");
    HttpResponse<String> other = get(path, "X-Logged-In", "alice", "Authorization", "Bearer two");
    assertThat(other.body()).isNotEqualTo(one.body());
    assertThat(get(path, "X-Logged-In", "alice").body()).isNotIn(one.body(), other.body());
    assertThat(status(get(path, "X-Logged-In", "alice", "Authorization", "Bearer one")))
        .contains("hit");
    send("DELETE", path);
    assertThat(status(get(path, "X-Logged-In", "alice", "Authorization", "Bearer two")))
        .contains("stored");
  }

  @Test
  void countsBypassedCallsByReason() {
    long before = statistics("items").getOrDefault("audience", 0L);
    get("items/bypassed", "Authorization", "Bearer a");
    assertThat(statistics("items").get("audience")).isEqualTo(before + 1);
  }

  @Test
  void servesStaleAtOnceWhileMethodFails() {
    String good = get("faults/fails?x=stale").body();
    Awaitility.await()
        .until(() -> status(get("faults/fails?x=stale&fail=true")).contains("stale-if-error"));
    int before = calls();
    for (int i = 0; i < 5; i++) {
      HttpResponse<String> stale = get("faults/fails?x=stale&fail=true");
      assertThat(stale.body()).isEqualTo(good);
      assertThat(status(stale)).contains("detail=stale-if-error");
    }
    assertThat(calls() - before).isLessThanOrEqualTo(1);
  }

  @Test
  void servesNoStaleEntryWhenMethodSaysNotFound() {
    get("faults/gone?x=1");
    Awaitility.await().until(() -> get("faults/gone?x=1&gone=true").statusCode() == 404);
  }

  @Test
  void remembersKeyOfTooLargeBody() {
    assertThat(status(get("never/large?remember"))).contains("detail=too-large");
    assertThat(status(get("never/large?remember")))
        .isEqualTo("sluice; fwd=bypass; detail=too-large");
  }

  @Test
  void hundredPrincipalsHaveEntriesAndOneEvictionDeletesAll() {
    for (int round = 0; round < 2; round++) {
      for (int user = 0; user < 100; user++) {
        String status = status(get("faults/user?x=many", "X-Logged-In", "user" + user));
        assertThat(status).contains(round == 0 ? "stored" : "hit");
      }
    }
    send("DELETE", "faults/user?x=many");
    assertThat(status(get("faults/user?x=many", "X-Logged-In", "user0"))).contains("stored");
    assertThat(status(get("faults/user?x=many", "X-Logged-In", "user99"))).contains("stored");
  }

  @Test
  void oddAcceptFieldsDisplaceNoEntry() {
    get("negotiated", "Accept", "text/plain");
    for (int i = 0; i < 100; i++) {
      get("negotiated", "Accept", "text/plain;q=0, application/json;x=" + i);
      get("tenant", "X-Tenant", "odd" + i);
    }
    assertThat(status(get("negotiated", "Accept", "text/plain"))).contains("hit");
    assertThat(status(get("tenant", "X-Tenant", "odd0"))).contains("hit");
  }

  @ParameterizedTest
  @CsvSource({"commit, hit", "rollback, fwd=miss"})
  void storesResponseOfTransactionAfterCommitOnly(String end, String second) {
    get("faults/transaction/" + end);
    assertThat(status(get("faults/transaction/" + end))).contains(second);
  }

  @DisplayName("EFCoreSecondLevelCacheInterceptor#133: no uncommitted value is stored")
  @ParameterizedTest
  @CsvSource({"commit, 2 2", "throw, 2 3", "mark, 2 3", "evict, 2 3"})
  void storesValueReadInTransactionAfterCommitOnly(String end, String calls) {
    send("DELETE", "cache/in-transaction");
    assertThat(get("faults/value/" + end).body()).isEqualTo(calls);
  }

  @Test
  void tellsClientsToRevalidateWhatMayBeEvicted() {
    HttpResponse<String> first = get("items/revalidated");
    assertThat(header(first, "Cache-Control")).isEqualTo("public, no-cache");
    String etag = header(first, "ETag");
    assertThat(get("items/revalidated", "If-None-Match", etag).statusCode()).isEqualTo(304);
    send("PUT", "items/revalidated?status=204");
    assertThat(get("items/revalidated", "If-None-Match", etag).statusCode()).isEqualTo(200);
  }

  @Test
  void sendsTheDeclaredClientLifetime() {
    assertThat(header(get("faults/lifetime"), "Cache-Control")).isEqualTo("public, max-age=5");
  }
}
