package dev.sluice.cache.store;

import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.SettableClock;
import java.time.Duration;
import java.util.Optional;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import redis.clients.jedis.Jedis;

/** On Redis. */
@Tag("store")
class CoalescingCacheModelIT extends CoalescingCacheModel {

  private static RedisProcess redis;
  private static RedisConnection connection;

  @BeforeContainer
  static void start() {
    redis = RedisProcess.start();
    connection = new RedisConnection(redis.url(), "sluice", Duration.ofSeconds(2), 4);
  }

  @AfterContainer
  static void stop() {
    connection.close();
    redis.close();
  }

  @Override
  CoalescingCache empty(SettableClock clock) {
    try (Jedis jedis = redis.connect()) {
      jedis.flushAll();
    }
    RedisEntryStore store = new RedisEntryStore(connection, "sluice", clock, new CountersByCache());
    return Entries.cache(Optional.of(store), clock, Duration.ZERO);
  }
}
