package dev.sluice.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.store.Lookup.Hit;
import dev.sluice.cache.store.Lookup.Miss;
import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.SettableClock;
import dev.sluice.testing.StoreTest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes on one Redis, of which Redis is out of reach for the first. */
@StoreTest
class RedisOutageIT {

  private static final EntryKey KEY = Entries.key("products", "7", "json");
  private static final Eviction OF_KEY = new Eviction.OfKey(KEY.cache(), KEY.base());

  private static final String TAG = Entries.hash("tag");

  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final SettableClock clock = new SettableClock();
  private RedisProcess redis;
  private RedisConnection connection;
  private CoalescingCache cache;

  @BeforeEach
  void start() {
    redis = RedisProcess.start();
    connection = new RedisConnection(redis.url(), "sluice", Duration.ofMillis(250), 4);
    cache =
        Entries.cache(
            Optional.of(
                new RedisEntryStore(
                    connection, "sluice", Entries.noNearCache(), clock, new CountersByCache())),
            clock,
            Duration.ofSeconds(5));
  }

  @AfterEach
  void stop() {
    callers.shutdownNow();
    connection.close();
    redis.close();
  }

  private Lookup lookup() {
    return cache.lookup(Entries.request(KEY, TAG));
  }

  private void fill(String body) {
    ((Miss) lookup()).fill().store(Entries.entry(body, clock.instant()));
  }

  private String outcome() {
    return lookup() instanceof Hit hit ? hit.source() + " " + Entries.body(hit.entry()) : "MISS";
  }

  private void awaitRedis() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> connection.call(jedis -> jedis.ping()) != null);
  }

  @Test
  void keepsEntriesHereForBoundedTimeDuringOutage() {
    redis.freeze();
    fill("a");
    assertThat(outcome()).isEqualTo("LOCAL a");
    clock.advance(Duration.ofSeconds(10));
    assertThat(outcome()).isEqualTo("MISS");
    redis.thaw();
  }

  @Test
  void forgetsEntriesOfOutageAfterIt() {
    redis.freeze();
    fill("in the outage");
    redis.thaw();
    awaitRedis();
    assertThat(outcome()).isEqualTo("MISS");
  }

  @Test
  void replaysEvictionOfOutage() {
    fill("old");
    assertThat(outcome()).isEqualTo("REDIS old");
    redis.freeze();
    cache.evict(OF_KEY);
    assertThat(outcome()).isEqualTo("MISS");
    redis.thaw();
    awaitRedis();
    assertThat(outcome()).isEqualTo("MISS");
  }

  @Test
  void evictionInOutageWinsOverOlderFill() {
    Miss before = (Miss) lookup();
    redis.freeze();
    cache.evict(OF_KEY);
    redis.thaw();
    awaitRedis();
    assertThat(before.fill().store(Entries.entry("old", clock.instant()))).isFalse();
    assertThat(outcome()).isEqualTo("MISS");
  }

  @Test
  void clearsCacheAfterTooManyEvictionsInOutage() {
    fill("old");
    redis.freeze();
    for (int i = 0; i <= 10_000; i++) {
      cache.evict(new Eviction.OfKey("products", "other" + i));
    }
    redis.thaw();
    awaitRedis();
    assertThat(outcome()).isEqualTo("MISS");
  }

  @Test
  void callerAfterEvictionOnAnotherNodeGetsNothingOlder() throws Exception {
    RedisEntryStore otherNode =
        new RedisEntryStore(
            connection, "sluice", Entries.noNearCache(), clock, new CountersByCache());
    for (Eviction eviction :
        List.of(OF_KEY, new Eviction.OfTag(TAG), new Eviction.OfCache("products"))) {
      Miss before = (Miss) lookup();
      otherNode.evict(eviction);
      CompletableFuture<Lookup> after = Entries.lookUp(this::lookup, callers);
      before.fill().store(Entries.entry("old", clock.instant()));
      Lookup found = after.get(5, TimeUnit.SECONDS);
      assertThat(found).as(eviction.toString()).isInstanceOf(Miss.class);
      ((Miss) found).fill().store(Entries.entry("new", clock.instant()));
      assertThat(outcome()).isEqualTo("REDIS new");
      cache.evict(eviction);
    }
  }

  @Test
  void evictionOnOneNodeHoldsOnAllOthersAtOnce() {
    fill("old");
    RedisEntryStore otherNode =
        new RedisEntryStore(
            connection, "sluice", Entries.noNearCache(), clock, new CountersByCache());
    for (Eviction eviction : List.of(OF_KEY, new Eviction.OfCache("products"))) {
      otherNode.evict(eviction);
      assertThat(outcome()).isEqualTo("MISS");
      cache.evict(eviction);
      fill("new");
    }
  }
}
