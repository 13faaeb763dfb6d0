package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.TieredCache.Demand;
import dev.sluice.cache.TieredCache.Hit;
import dev.sluice.cache.TieredCache.Lookup;
import dev.sluice.cache.TieredCache.Miss;
import dev.sluice.cache.TieredCache.Wanted;
import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two nodes on one Redis, of which Redis is out of reach for the first. */
@Tag("store")
class RedisOutageIT {

  private static final EntryKey KEY = Entries.key("products", "7", "json");
  private static final Eviction OF_KEY = new Eviction.OfKey(KEY.cache(), KEY.base());

  private final SettableClock clock = new SettableClock();
  private RedisProcess redis;
  private RedisConnection connection;
  private TieredCache cache;

  @BeforeEach
  void start() {
    redis = RedisProcess.start();
    connection = new RedisConnection(redis.url(), "sluice", Duration.ofMillis(250), 4);
    cache =
        new TieredCache(
            Optional.of(new FarTier(connection, "sluice", clock)),
            new NearTier(1_000_000, clock),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            clock,
            () -> List.of(new Eviction.OfCache("products")));
  }

  @AfterEach
  void stop() {
    connection.close();
    redis.close();
  }

  private Lookup lookup() {
    return cache.lookup(new Wanted(KEY, List.of(), Entries.FRESH, Demand.FRESH));
  }

  private void fill(String body) {
    ((Miss) lookup()).fill().store(now -> Entries.entry(body, now));
  }

  private String outcome() {
    return lookup() instanceof Hit hit ? hit.how() + " " + Entries.body(hit.entry()) : "MISS";
  }

  private void awaitRedis() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> connection.call(jedis -> jedis.ping()) != null);
  }

  @Test
  void ownFillsLiveHereForAWhileAndNoLonger() {
    redis.freeze();
    fill("a");
    assertThat(outcome()).isEqualTo("NEAR a");
    clock.advance(Duration.ofSeconds(10));
    assertThat(outcome()).isEqualTo("MISS");
    redis.thaw();
  }

  @Test
  void whatWasMadeInAnOutageIsForgottenAfterIt() {
    redis.freeze();
    fill("in the outage");
    redis.thaw();
    awaitRedis();
    assertThat(outcome()).isEqualTo("MISS");
  }

  @Test
  void anEvictionInAnOutageIsNotLost() {
    fill("old");
    assertThat(outcome()).isEqualTo("FAR old");
    redis.freeze();
    cache.evict(OF_KEY);
    assertThat(outcome()).isEqualTo("MISS");
    redis.thaw();
    awaitRedis();
    assertThat(outcome()).isEqualTo("MISS");
  }

  @Test
  void anEvictionInAnOutageWinsOverAFillThatBeganBeforeIt() {
    Miss before = (Miss) lookup();
    redis.freeze();
    cache.evict(OF_KEY);
    redis.thaw();
    awaitRedis();
    assertThat(before.fill().store(now -> Entries.entry("old", now))).isFalse();
    assertThat(outcome()).isEqualTo("MISS");
  }

  @Test
  void tooManyEvictionsInAnOutageClearTheCache() {
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
  void anEvictionOnOneNodeHoldsOnAllOthersAtOnce() {
    fill("old");
    FarTier otherNode = new FarTier(connection, "sluice", clock);
    for (Eviction eviction : List.of(OF_KEY, new Eviction.OfCache("products"))) {
      otherNode.evict(eviction);
      assertThat(outcome()).isEqualTo("MISS");
      cache.evict(eviction);
      fill("new");
    }
  }
}
