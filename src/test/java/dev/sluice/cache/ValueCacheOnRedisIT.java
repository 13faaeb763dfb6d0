package dev.sluice.cache;

import dev.sluice.cache.store.CoalescingCache;
import dev.sluice.cache.store.NearCache;
import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Tag;

@Tag("store")
class ValueCacheOnRedisIT extends ValueCacheModel {

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
  CoalescingCache open() {
    NearCache off =
        new NearCache("sluice", 0, Duration.ofSeconds(1), InstantSource.system(), System::nanoTime);
    return CoalescingCache.open(
        Optional.of(new CoalescingCache.SharedStore(connection, "sluice", off)),
        ValueCacheInProcessTest.BOUNDS,
        InstantSource.system(),
        List::of);
  }
}
