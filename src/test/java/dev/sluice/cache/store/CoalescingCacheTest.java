package dev.sluice.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.store.Lookup.Hit;
import dev.sluice.cache.store.Lookup.Miss;
import dev.sluice.cache.store.LookupRequest.Demand;
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

  private static LookupRequest wanted() {
    return new LookupRequest(KEY, List.of(TAG), Duration.ofSeconds(90), Demand.FRESH);
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

  private CompletableFuture<Lookup> follow() {
    return Entries.follow(() -> cache.lookup(wanted()), callers);
  }

  private static String outcome(Lookup lookup) {
    return lookup instanceof Hit hit ? hit.how() + " " + Entries.body(hit.entry()) : "MISS";
  }

  @Test
  void aCrowdOfCallersComputesEachKeyOnce() {
    int keys = 3_000;
    AtomicInteger computed = new AtomicInteger();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int caller = 0; caller < 8; caller++) {
      all.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < keys; i++) {
                  LookupRequest wanted =
                      new LookupRequest(
                          Entries.key("products", "crowd " + i, "json"),
                          List.of(),
                          Duration.ofSeconds(90),
                          Demand.FRESH);
                  if (cache.lookup(wanted) instanceof Miss miss) {
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
  void thoseWhoWaitAreGivenWhatTheLeaderMade() throws Exception {
    Miss leader = (Miss) cache.lookup(wanted());
    CompletableFuture<Lookup> follower = follow();
    store(leader, "a");
    assertThat(outcome(follower.get(5, TimeUnit.SECONDS))).isEqualTo("COLLAPSED a");
    assertThat(cache.counters("products").collapsed.sum()).isEqualTo(1);
  }

  @Test
  void whatMayNotBeStoredIsNotShared() throws Exception {
    Miss leader = (Miss) cache.lookup(wanted());
    CompletableFuture<Lookup> follower = follow();
    leader.fill().abandon("set-cookie");
    assertThat(follower.get(5, TimeUnit.SECONDS)).isInstanceOf(Miss.class);
    assertThat(cache.counters("products").notStorable()).containsEntry("set-cookie", 1L);
  }

  @Test
  void thoseWhoWaitAreGivenWhatTookLongerThanClocksMayDiffer() throws Exception {
    Miss leader = (Miss) cache.lookup(wanted());
    CompletableFuture<Lookup> follower = follow();
    clock.advance(Duration.ofMinutes(5));
    store(leader, "a");
    assertThat(outcome(follower.get(5, TimeUnit.SECONDS))).isEqualTo("COLLAPSED a");
  }

  @Test
  void ofThoseWhoWaitedForWhatWasEvictedOneMakesItAnewForAll() {
    Miss before = (Miss) cache.lookup(wanted());
    List<CompletableFuture<Lookup>> waiting = List.of(follow(), follow(), follow());
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
  void callersOfWhatMayNotBeStoredDoNotQueueBehindEachOther() {
    ((Miss) cache.lookup(wanted())).fill().abandon("set-cookie");
    assertThat(cache.lookup(wanted())).isInstanceOf(Miss.class);
    assertThat(cache.lookup(wanted())).isInstanceOf(Miss.class);
  }

  @Test
  void whoComesAfterAnEvictionIsNotGivenWhatWasComputedBeforeIt() throws Exception {
    for (Eviction eviction :
        List.of(
            new Eviction.OfKey(KEY.cache(), KEY.base()),
            new Eviction.OfTag(TAG),
            new Eviction.OfCache(KEY.cache()))) {
      Miss before = (Miss) cache.lookup(wanted());
      cache.evict(eviction);
      CompletableFuture<Lookup> after = follow();
      assertThat(after.get(5, TimeUnit.SECONDS)).isInstanceOf(Miss.class);
      store(before, "old");
      store((Miss) after.get(), "new");
      assertThat(outcome(cache.lookup(wanted()))).isNotEqualTo("LOCAL old");
      cache.evict(eviction);
    }
  }

  @Test
  void aCallerComputesForItselfAfterTheLongestWait() {
    CoalescingCache impatient = cache(Duration.ofMillis(1));
    impatient.lookup(wanted());
    assertThat(impatient.lookup(wanted())).isInstanceOf(Miss.class);
  }

  @Test
  void othersAreAnsweredStaleWhileOneMakesItAnew() {
    store((Miss) cache.lookup(wanted()), "old");
    clock.advance(Duration.ofSeconds(31));
    Miss leader = (Miss) cache.lookup(wanted());
    assertThat(outcome(cache.lookup(wanted()))).isEqualTo("STALE old");
    store(leader, "new");
    assertThat(outcome(cache.lookup(wanted()))).isEqualTo("LOCAL new");
  }

  @Test
  void othersAreAnsweredStaleAlsoWhenTheOneHasFailed() {
    store((Miss) cache.lookup(wanted()), "old");
    clock.advance(Duration.ofSeconds(31));
    ((Miss) cache.lookup(wanted())).fill().abandon("exception");
    assertThat(outcome(cache.lookup(wanted()))).isEqualTo("STALE old");
  }

  @Test
  void whatIsStaleStandsInForAFailureForItsTime() {
    store((Miss) cache.lookup(wanted()), "old");
    clock.advance(Duration.ofSeconds(89));
    Miss failing = (Miss) cache.lookup(wanted());
    assertThat(failing.fill().staleIfError()).isPresent();
    clock.advance(Duration.ofSeconds(1));
    assertThat(failing.fill().staleIfError()).isEmpty();
  }
}
