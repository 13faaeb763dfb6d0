package dev.sluice.cache;

import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import java.time.Duration;
import java.util.Optional;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import redis.clients.jedis.Jedis;

/** On Redis. */
@Tag("store")
class TieredCacheModelIT extends TieredCacheModel {

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
  TieredCache empty(SettableClock clock) {
    try (Jedis jedis = redis.connect()) {
      jedis.flushAll();
    }
    FarTier far = new FarTier(connection, "sluice", clock, new Counts());
    return Entries.cache(Optional.of(far), clock, Duration.ZERO);
  }
}
