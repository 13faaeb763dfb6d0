package dev.sluice.cache.store;

import dev.sluice.redis.InvalidationListener;
import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.SettableClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/** On Redis, with a near cache whose listener runs meanwhile. */
@Tag("store")
class CoalescingCacheModelIT extends CoalescingCacheModel {

  private static final ExecutorService threads = Executors.newSingleThreadExecutor();

  private static RedisProcess redis;
  private static RedisConnection connection;
  private static @Nullable NearCache near;
  private static @Nullable InvalidationListener listener;

  @BeforeContainer
  static void start() {
    redis = RedisProcess.start();
    connection = new RedisConnection(redis.url(), "sluice", Duration.ofSeconds(2), 4);
  }

  @AfterContainer
  static void stop() {
    if (listener != null) {
      listener.stop(Duration.ofSeconds(5));
    }
    threads.shutdown();
    connection.close();
    redis.close();
  }

  @Override
  CoalescingCache empty(SettableClock clock) {
    if (near == null) {
      near = new NearCache("sluice", 1_000_000, Duration.ofSeconds(10), clock, clock);
      listener = near.listener(connection);
      threads.execute(listener);
    }
    try (Jedis jedis = redis.connect()) {
      jedis.flushAll();
    }
    near.flushed();
    RedisEntryStore store =
        new RedisEntryStore(connection, "sluice", near, clock, new CountersByCache());
    return Entries.cache(Optional.of(store), clock, Duration.ZERO);
  }
}
