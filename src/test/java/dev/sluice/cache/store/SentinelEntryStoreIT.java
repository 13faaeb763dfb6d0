package dev.sluice.cache.store;

import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.SentinelSet;
import dev.sluice.testing.StoreTest;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** The contract on a primary that Sentinels name. */
@StoreTest
@Tag("soak") // many processes
class SentinelEntryStoreIT extends EntryStoreContract {

  @AutoClose private static final SentinelSet set = SentinelSet.start();

  @AutoClose
  private static final RedisConnection connection =
      new RedisConnection(set.url(), "sluice", Duration.ofSeconds(5), 8);

  private static final RedisEntryStore store =
      new RedisEntryStore(
          connection, "sluice", Entries.noNearCache(), clock, new CountersByCache());

  @BeforeEach
  void empty() {
    connection.call(jedis -> jedis.flushAll());
  }

  @Override
  EntryStore store() {
    return store;
  }

  @Override
  void passTime(Duration time) {
    clock.advance(time);
    byte[] entries = new RedisKeys("sluice").entries(KEY);
    Awaitility.await().until(() -> !connection.call(jedis -> jedis.exists(entries))); // its clock
  }
}
