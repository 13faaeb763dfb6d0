package dev.sluice.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.store.Lookup.Hit;
import dev.sluice.cache.store.Lookup.Miss;
import dev.sluice.cache.store.LookupRequest.Acceptance;
import dev.sluice.testing.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CoalescingCacheTest {

  private static final EntryKey KEY = Entries.key("products", "7", "json");
  private static final String TAG = Entries.hash("tag");

  private final SettableClock clock = new SettableClock();
  private final CoalescingCache cache = cache(Duration.ofSeconds(20));
  private final ExecutorService callers = Executors.newCachedThreadPool();

  private CoalescingCache cache(Duration maxWait) {
    return Entries.cache(Optional.empty(), clock, maxWait);
  }

  @AfterEach
  void stop() {
    callers.shutdownNow();
  }

  private static LookupRequest request() {
    return new LookupRequest(KEY, List.of(TAG), Duration.ofSeconds(90), Acceptance.FRESH);
  }

  private boolean store(Miss miss, String body) {
    Lifetime lifetime =
        Lifetime.from(
            clock.instant(),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60));
    return miss.fill().store(Entries.entry(body, lifetime));
  }

  private CompletableFuture<Lookup> lookUpInBackground() {
    return Entries.lookUp(() -> cache.lookup(request()), callers);
  }

  private static String outcome(Lookup lookup) {
    return lookup instanceof Hit hit ? hit.source() + " " + Entries.body(hit.entry()) : "MISS";
  }

  @Test
  void computesEachKeyOnceForConcurrentCallers() {
    int keys = 3_000;
    AtomicInteger computed = new AtomicInteger();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int caller = 0; caller < 8; caller++) {
      all.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < keys; i++) {
                  LookupRequest request =
                      new LookupRequest(
                          Entries.key("products", "crowd " + i, "json"),
                          List.of(),
                          Duration.ofSeconds(90),
                          Acceptance.FRESH);
                  if (cache.lookup(request) instanceof Miss miss) {
                    store(miss, "body " + computed.incrementAndGet());
                  }
                }
              },
              callers));
    }
    all.forEach(CompletableFuture::join);
    assertThat(computed).hasValue(keys);
  }

  @Test
  void sharesLeadersEntryWithWaiters() throws Exception {
    Miss leader = (Miss) cache.lookup(request());
    CompletableFuture<Lookup> waiter = lookUpInBackground();
    store(leader, "a");
    assertThat(outcome(waiter.get(5, TimeUnit.SECONDS))).isEqualTo("COLLAPSED a");
    assertThat(cache.counters("products").collapsed.sum()).isEqualTo(1);
  }

  @Test
  void sharesNothingThatIsNotStored() throws Exception {
    Miss leader = (Miss) cache.lookup(request());
    CompletableFuture<Lookup> waiter = lookUpInBackground();
    leader.fill().abandon("set-cookie");
    assertThat(waiter.get(5, TimeUnit.SECONDS)).isInstanceOf(Miss.class);
    assertThat(cache.counters("products").notStorable()).containsEntry("set-cookie", 1L);
  }

  @Test
  void sharesEntryOfLongComputation() throws Exception {
    Miss leader = (Miss) cache.lookup(request());
    CompletableFuture<Lookup> waiter = lookUpInBackground();
    clock.advance(Duration.ofMinutes(5));
    store(leader, "a");
    assertThat(outcome(waiter.get(5, TimeUnit.SECONDS))).isEqualTo("COLLAPSED a");
  }

  @Test
  void oneWaiterComputesAgainAfterEviction() {
    Miss before = (Miss) cache.lookup(request());
    List<CompletableFuture<Lookup>> waiting =
        List.of(lookUpInBackground(), lookUpInBackground(), lookUpInBackground());
    cache.evict(new Eviction.OfKey(KEY.cache(), KEY.base()));
    store(before, "old");
    Awaitility.await().until(() -> waiting.stream().anyMatch(CompletableFuture::isDone));
    Lookup first =
        waiting.stream().filter(CompletableFuture::isDone).findAny().orElseThrow().join();
    store((Miss) first, "new");
    assertThat(waiting.stream().map(each -> outcome(each.join())).sorted())
        .satisfiesExactly(
            one -> assertThat(one).endsWith(" new"),
            two -> assertThat(two).endsWith(" new"),
            three -> assertThat(three).isEqualTo("MISS"));
    assertThat(cache.counters("products").misses.sum()).isEqualTo(2);
  }

  @Test
  @Timeout(5)
  void callersOfUnstorableResponseDoNotQueue() {
    ((Miss) cache.lookup(request())).fill().abandon("set-cookie");
    assertThat(cache.lookup(request())).isInstanceOf(Miss.class);
    assertThat(cache.lookup(request())).isInstanceOf(Miss.class);
  }

  @Test
  void callerAfterEvictionDoesNotJoinOlderFlight() throws Exception {
    for (Eviction eviction :
        List.of(
            new Eviction.OfKey(KEY.cache(), KEY.base()),
            new Eviction.OfTag(TAG),
            new Eviction.OfCache(KEY.cache()))) {
      Miss before = (Miss) cache.lookup(request());
      cache.evict(eviction);
      CompletableFuture<Lookup> after = lookUpInBackground();
      assertThat(after.get(5, TimeUnit.SECONDS)).isInstanceOf(Miss.class);
      store(before, "old");
      store((Miss) after.get(), "new");
      assertThat(outcome(cache.lookup(request()))).isNotEqualTo("LOCAL old");
      cache.evict(eviction);
    }
  }

  @Test
  void evictionOfATagThatTheResultBringsWinsOverItsComputation() throws Exception {
    LookupRequest request = Entries.request(KEY).withTagsToCome();
    Miss before = (Miss) cache.lookup(request);
    CompletableFuture<Lookup> waiter = Entries.lookUp(() -> cache.lookup(request), callers);
    cache.evict(new Eviction.OfTag(TAG));
    CompletableFuture<Lookup> after = Entries.lookUp(() -> cache.lookup(request), callers);
    assertThat(after.get(5, TimeUnit.SECONDS)).isInstanceOf(Miss.class);
    before.fill().tag(List.of(TAG));
    assertThat(store(before, "old")).isFalse();
    assertThat(cache.counters("products").notStorable()).containsEntry("evicted-meanwhile", 1L);
    ((Miss) after.get()).fill().tag(List.of(TAG));
    assertThat(store((Miss) after.get(), "new")).isTrue();
    assertThat(outcome(waiter.get(5, TimeUnit.SECONDS))).endsWith(" new");
    cache.evict(new Eviction.OfTag(TAG));
    assertThat(cache.lookup(request)).isInstanceOf(Miss.class);
  }

  @Test
  void oneCallerInAWhileRevalidatesAnEntryBeforeItsEnd() {
    LookupRequest request = request().withRefreshAhead(Duration.ofSeconds(10));
    store((Miss) cache.lookup(request), "a");
    clock.advance(Duration.ofSeconds(19));
    assertThat(outcome(cache.lookup(request))).isEqualTo("LOCAL a");
    assertThat(cache.findHere(KEY, Duration.ofSeconds(10))).isPresent();
    clock.advance(Duration.ofSeconds(2));
    assertThat(cache.findHere(KEY, Duration.ofSeconds(10))).isEmpty();
    Lookup.Due due = (Lookup.Due) cache.lookup(request);
    assertThat(outcome(due.hit())).isEqualTo("LOCAL a");
    clock.advance(Duration.ofSeconds(2)); // the computation takes long
    assertThat(outcome(cache.lookup(request))).isEqualTo("LOCAL a");
    due.fill().fail(new IllegalStateException("backend is down"));
    clock.advance(Duration.ofSeconds(1));
    due = (Lookup.Due) cache.lookup(request);
    due.fill().release();
    assertThat(outcome(cache.lookup(request))).isEqualTo("LOCAL a"); // not again at once
    clock.advance(Duration.ofSeconds(1));
    due = (Lookup.Due) cache.lookup(request);
    assertThat(store(new Miss(due.fill()), "b")).isTrue();
    clock.advance(Duration.ofSeconds(1));
    assertThat(outcome(cache.lookup(request))).isEqualTo("LOCAL b");
    assertThat(cache.counters("products").misses.sum()).isEqualTo(1);
  }

  @Test
  void evictionDuringARevalidationAheadWins() {
    LookupRequest request = request().withRefreshAhead(Duration.ofSeconds(10));
    store((Miss) cache.lookup(request), "a");
    clock.advance(Duration.ofSeconds(21));
    Lookup.Due due = (Lookup.Due) cache.lookup(request);
    cache.evict(new Eviction.OfTag(TAG));
    store(new Miss(due.fill()), "old");
    assertThat(cache.lookup(request)).isInstanceOf(Miss.class);
  }

  @Test
  void callerComputesForItselfAfterLongestWait() {
    CoalescingCache impatient = cache(Duration.ofMillis(1));
    impatient.lookup(request());
    assertThat(impatient.lookup(request())).isInstanceOf(Miss.class);
  }

  @Test
  void servesStaleWhileOneCallerRevalidates() {
    store((Miss) cache.lookup(request()), "old");
    clock.advance(Duration.ofSeconds(31));
    Miss leader = (Miss) cache.lookup(request());
    assertThat(outcome(cache.lookup(request()))).isEqualTo("STALE old");
    store(leader, "new");
    assertThat(outcome(cache.lookup(request()))).isEqualTo("LOCAL new");
  }

  @Test
  void servesStaleAfterFailedRevalidation() {
    store((Miss) cache.lookup(request()), "old");
    clock.advance(Duration.ofSeconds(31));
    ((Miss) cache.lookup(request())).fill().abandon("exception");
    assertThat(outcome(cache.lookup(request()))).isEqualTo("STALE old");
  }

  @Test
  void offersStaleEntryForFailureUntilItsBound() {
    store((Miss) cache.lookup(request()), "old");
    clock.advance(Duration.ofSeconds(89));
    Miss failing = (Miss) cache.lookup(request());
    assertThat(failing.fill().staleIfError()).isPresent();
    clock.advance(Duration.ofSeconds(1));
    assertThat(failing.fill().staleIfError()).isEmpty();
  }

  @Test
  @DisplayName("caffeine#287, elasticsearch#30201: a failing loader runs once for its herd")
  void failingComputationRunsOnceForAllWaiters() {
    IllegalStateException failure = new IllegalStateException("backend is down");
    Miss leader = (Miss) cache.lookup(request());
    List<CompletableFuture<Lookup>> waiting = new ArrayList<>();
    for (int i = 0; i < 19; i++) {
      waiting.add(lookUpInBackground());
    }
    leader.fill().fail(failure);
    assertThat(waiting)
        .allSatisfy(each -> assertThat(each.join()).isEqualTo(new Lookup.Failed(failure)));
    assertThat(cache.counters("products").misses.sum()).isEqualTo(1);
  }

  @Test
  @DisplayName(
      "caffeine#287: waiters of a failing computation get its response and do not repeat it")
  void waitersGetTheResponseOfAFailedComputation() {
    Miss leader = (Miss) cache.lookup(request());
    List<CompletableFuture<Lookup>> waiting = List.of(lookUpInBackground(), lookUpInBackground());
    assertThat(leader.fill().closeToWaiters()).isTrue();
    Lifetime none = Lifetime.from(clock.instant(), Duration.ZERO, Duration.ZERO, Duration.ZERO);
    leader.fill().fail("server-error", Entries.entry("unavailable", none));
    assertThat(waiting)
        .allSatisfy(each -> assertThat(outcome(each.join())).isEqualTo("COLLAPSED unavailable"));
    assertThat(cache.counters("products").misses.sum()).isEqualTo(1);
    assertThat(cache.lookup(request())).isInstanceOf(Miss.class);
  }

  @Test
  void callerAfterTheEndOfAFailureDoesNotGetItsResponse() throws Exception {
    Miss leader = (Miss) cache.lookup(request());
    assertThat(leader.fill().closeToWaiters()).isFalse();
    CompletableFuture<Lookup> late = lookUpInBackground();
    leader.fill().fail("server-error", Entries.entry("unavailable", clock.instant()));
    assertThat(late.get(5, TimeUnit.SECONDS)).isInstanceOf(Miss.class);
  }

  @Test
  void nextCallerTriesAgainAfterFailure() {
    ((Miss) cache.lookup(request())).fill().fail(new IllegalStateException("backend is down"));
    Miss next = (Miss) cache.lookup(request());
    assertThat(store(next, "a")).isTrue();
  }

  private Miss staleAndFailing() {
    store((Miss) cache.lookup(request()), "old");
    clock.advance(Duration.ofSeconds(61)); // beyond staleWhileRevalidate, within staleIfError
    return (Miss) cache.lookup(request());
  }

  @Test
  void waitersGetStaleEntryWhenComputationFails() {
    Miss leader = staleAndFailing();
    List<CompletableFuture<Lookup>> waiting =
        List.of(lookUpInBackground(), lookUpInBackground(), lookUpInBackground());
    leader.fill().fail(new IllegalStateException("backend is down"));
    assertThat(waiting)
        .allSatisfy(each -> assertThat(outcome(each.join())).isEqualTo("STALE_IF_ERROR old"));
  }

  @Test
  void servesStaleAtOnceWhileBackendFails() {
    staleAndFailing().fill().fail(new IllegalStateException("backend is down"));
    for (int i = 0; i < 10; i++) {
      assertThat(outcome(cache.lookup(request()))).isEqualTo("STALE_IF_ERROR old");
    }
    clock.advance(Duration.ofSeconds(1));
    Miss retry = (Miss) cache.lookup(request());
    assertThat(outcome(cache.lookup(request()))).isEqualTo("STALE_IF_ERROR old");
    store(retry, "new");
    assertThat(outcome(cache.lookup(request()))).isEqualTo("LOCAL new");
  }

  @Test
  void callersOfTooLargeBodyComputeWithoutFill() throws Exception {
    Miss leader = (Miss) cache.lookup(request());
    CompletableFuture<Lookup> waiter = lookUpInBackground();
    leader.fill().abandonTooLarge();
    assertThat(waiter.get(5, TimeUnit.SECONDS)).isEqualTo(new Lookup.Bypass("too-large"));
    assertThat(cache.lookup(request())).isEqualTo(new Lookup.Bypass("too-large"));
    clock.advance(Duration.ofMinutes(1));
    assertThat(cache.lookup(request())).isInstanceOf(Miss.class);
  }

  @Test
  void replacementEndsRunningComputations() {
    Miss running = (Miss) cache.lookup(request());
    Fill replacing = cache.replace(request());
    replacing.replace(Optional.of(Entries.entry("new", clock.instant())));
    assertThat(store(running, "old")).isFalse();
    assertThat(outcome(cache.lookup(request()))).isEqualTo("LOCAL new");
  }

  @Test
  void replacementThatLostItsLeaseEvicts() {
    Fill first = cache.replace(request());
    Fill second = cache.replace(request());
    second.replace(Optional.of(Entries.entry("second", clock.instant())));
    first.replace(Optional.of(Entries.entry("first", clock.instant())));
    assertThat(cache.lookup(request())).isInstanceOf(Miss.class);
  }

  @Test
  void replacementByNothingEvicts() {
    store((Miss) cache.lookup(request()), "old");
    cache.replace(request()).replace(Optional.empty());
    assertThat(cache.lookup(request())).isInstanceOf(Miss.class);
  }

  @Test
  void closedFillReleasesWaiters() throws Exception {
    Miss leader = (Miss) cache.lookup(request());
    CompletableFuture<Lookup> waiter = lookUpInBackground();
    leader.fill().close();
    assertThat(waiter.get(5, TimeUnit.SECONDS)).isInstanceOf(Miss.class);
    assertThat(store(leader, "late")).isFalse();
  }

  @Test
  void callerInTransactionNeitherWaitsNorIsAwaited() {
    Miss leader = (Miss) cache.lookup(request());
    Miss alone = (Miss) cache.lookupAlone(request());
    store(leader, "a");
    assertThat(outcome(cache.lookupAlone(request()))).isEqualTo("LOCAL a");
    cache.evict(new Eviction.OfTag(TAG));
    store(alone, "uncommitted");
    assertThat(cache.lookup(request())).isInstanceOf(Miss.class);
  }
}
