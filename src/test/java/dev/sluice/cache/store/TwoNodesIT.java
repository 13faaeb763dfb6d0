package dev.sluice.cache.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.store.Lookup.Hit;
import dev.sluice.cache.store.Lookup.Miss;
import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.SettableClock;
import dev.sluice.testing.StoreTest;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callers of two nodes that want the same entry. */
@StoreTest
@Timeout(60)
class TwoNodesIT {

  private static final EntryKey KEY = Entries.key("products", "7", "json");
  private static final String TAG = Entries.hash("tag");

  private static final byte[] LEASES = new RedisKeys("sluice").leases(KEY);

  private static RedisProcess redis;
  private static RedisConnection connection;

  private final SettableClock clock = new SettableClock();
  private final CoalescingCache one = node(Duration.ofSeconds(20));
  private final CoalescingCache other = node(Duration.ofSeconds(20));
  private final ExecutorService callers = Executors.newCachedThreadPool();

  @BeforeAll
  static void startRedis() {
    redis = RedisProcess.start();
    connection = new RedisConnection(redis.url(), "sluice", Duration.ofSeconds(2), 8);
  }

  @AfterAll
  static void stopRedis() {
    connection.close();
    redis.close();
  }

  @BeforeEach
  void flush() {
    connection.call(jedis -> jedis.flushAll());
  }

  @AfterEach
  void stop() {
    callers.shutdownNow();
  }

  private CoalescingCache node(Duration maxWait) {
    RedisEntryStore store =
        new RedisEntryStore(
            connection, "sluice", Entries.noNearCache(), clock, new CountersByCache());
    return Entries.cache(Optional.of(store), clock, maxWait);
  }

  private static Lookup lookup(CoalescingCache node) {
    return node.lookup(Entries.request(KEY, TAG));
  }

  private CompletableFuture<Lookup> lookUpInBackground(CoalescingCache node) {
    return Entries.lookUp(() -> lookup(node), callers);
  }

  private boolean store(Lookup miss, String body) {
    return ((Miss) miss).fill().store(Entries.entry(body, clock.instant()));
  }

  private static String outcome(Lookup lookup) {
    return lookup instanceof Hit hit ? hit.source() + " " + Entries.body(hit.entry()) : "MISS";
  }

  @Test
  void secondNodeWaitsForTheFirstAndGetsItsEntry() {
    Lookup leader = lookup(one);
    List<CompletableFuture<Lookup>> waiting =
        List.of(lookUpInBackground(other), lookUpInBackground(other), lookUpInBackground(one));
    assertThat(waiting).noneMatch(CompletableFuture::isDone);
    store(leader, "a");
    assertThat(waiting)
        .allSatisfy(
            // A caller that is late on a busy machine finds the stored entry.
            each ->
                assertThat(outcome(each.get(5, TimeUnit.SECONDS))).isIn("COLLAPSED a", "REDIS a"));
    assertThat(other.counters("products").misses.sum()).isZero();
  }

  @Test
  void nodesDoNotQueueForWhatIsNotStored() throws Exception {
    Miss leader = (Miss) lookup(one);
    CompletableFuture<Lookup> waiter = lookUpInBackground(other);
    leader.fill().abandon("set-cookie");
    Lookup second = waiter.get(5, TimeUnit.SECONDS);
    assertThat(second).isInstanceOf(Miss.class);
    // Well before the second one's leadership would end, if it had one.
    Duration soon = EntryStore.LEADERSHIP.dividedBy(2);
    CompletableFuture<Lookup> third = lookUpInBackground(node(Duration.ofSeconds(20)));
    assertThat(third.get(soon.toMillis(), TimeUnit.MILLISECONDS)).isInstanceOf(Miss.class);
  }

  @Test
  void secondNodeTriesWhenTheFirstHasFailed() throws Exception {
    Miss leader = (Miss) lookup(one);
    CompletableFuture<Lookup> waiter = lookUpInBackground(other);
    leader.fill().fail(new IllegalStateException("backend is down"));
    assertThat(store(waiter.get(5, TimeUnit.SECONDS), "a")).isTrue();
    assertThat(outcome(lookup(one))).isEqualTo("REDIS a");
  }

  @Test
  void secondNodeTakesOverWhenTheFirstHasGone() throws Exception {
    Lookup leader = lookup(one);
    CompletableFuture<Lookup> waiter = lookUpInBackground(other);
    long begun = System.nanoTime();
    Lookup second = waiter.get(10, TimeUnit.SECONDS); // nobody renews the first one's leadership
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isLessThan(EntryStore.LEADERSHIP.plusSeconds(2));
    assertThat(store(second, "second")).isTrue();
    assertThat(store(leader, "first")).isTrue(); // it was slow, and nothing was evicted
  }

  @Test
  void leaderKeepsItsLeadershipByRenewal() {
    Lookup leader = lookup(one);
    long end = leadershipEnd();
    Awaitility.await()
        .until(
            () -> {
              one.renew();
              return leadershipEnd() > end;
            });
    store(leader, "a");
    one.renew();
    long left = connection.call(jedis -> jedis.hlen(LEASES));
    assertThat(left).isZero();
  }

  /** When the leadership ends, in milliseconds since the epoch. */
  private static long leadershipEnd() {
    String field = "!" + KEY.variant();
    String leader = connection.call(jedis -> jedis.hget(new String(LEASES, UTF_8), field));
    return Long.parseLong(leader.substring(Token.LENGTH));
  }

  @Test
  void callerAfterEvictionOnAnotherNodeDoesNotWaitForOlderComputation() throws Exception {
    Lookup before = lookup(one);
    other.evict(new Eviction.OfKey(KEY.cache(), KEY.base()));
    Lookup after = lookUpInBackground(other).get(2, TimeUnit.SECONDS);
    assertThat(store(before, "old")).isFalse();
    assertThat(store(after, "new")).isTrue();
    assertThat(outcome(lookup(one))).isEqualTo("REDIS new");
  }

  @Test
  void oneNodeRevalidatesAndTheOthersServeStale() {
    Lifetime lifetime =
        Lifetime.from(clock.instant(), Entries.FRESH, Duration.ofSeconds(30), Duration.ZERO);
    ((Miss) lookup(one)).fill().store(Entries.entry("old", lifetime));
    clock.advance(Entries.FRESH.plusSeconds(1));
    Lookup leader = lookup(one);
    assertThat(outcome(leader)).isEqualTo("MISS");
    assertThat(outcome(lookup(other))).isEqualTo("STALE old");
    assertThat(outcome(lookup(one))).isEqualTo("STALE old");
    store(leader, "new");
    assertThat(outcome(lookup(other))).isEqualTo("REDIS new");
  }

  @Test
  void oneNodeRevalidatesAheadAndTheOthersServeTheEntry() {
    LookupRequest request = Entries.request(KEY, TAG).withRefreshAhead(Duration.ofSeconds(10));
    store(one.lookup(request), "a");
    clock.advance(Entries.FRESH.minusSeconds(5));
    Lookup.Due due = (Lookup.Due) one.lookup(request);
    assertThat(outcome(other.lookup(request))).isEqualTo("REDIS a");
    store(new Miss(due.fill()), "b");
    assertThat(outcome(other.lookup(request))).isEqualTo("REDIS b");
  }

  @Test
  void callerComputesForItselfAfterTheLongestWait() throws Exception {
    lookup(one);
    CoalescingCache impatient = node(Duration.ofMillis(200));
    assertThat(lookUpInBackground(impatient).get(2, TimeUnit.SECONDS)).isInstanceOf(Miss.class);
  }

  @Test
  @Tag("soak")
  void thousandCallersOfTwoNodesComputeOnce() throws Exception {
    AtomicInteger computed = new AtomicInteger();
    List<CompletableFuture<Long>> all = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      CoalescingCache node = i % 2 == 0 ? one : other;
      all.add(
          CompletableFuture.supplyAsync(
              () -> {
                long begun = System.nanoTime();
                if (lookup(node) instanceof Miss miss) {
                  computed.incrementAndGet();
                  awaitBackend();
                  store(miss, "a");
                }
                return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
              },
              callers));
    }
    long longest = 0;
    for (CompletableFuture<Long> each : all) {
      longest = Math.max(longest, each.get(20, TimeUnit.SECONDS));
    }
    assertThat(computed).hasValue(1);
    assertThat(longest).isLessThan(500 + 250);
  }

  /** The computation takes half a second. */
  private static void awaitBackend() {
    CompletableFuture.runAsync(
            () -> {}, CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS))
        .join();
  }
}
