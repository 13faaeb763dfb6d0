package dev.sluice.cache.store;

import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.ClusterSet;
import dev.sluice.testing.StoreTest;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** The contract on a cluster. */
@StoreTest
@Tag("soak") // many processes
class ClusterEntryStoreIT extends EntryStoreContract {

  @AutoClose private static final ClusterSet cluster = ClusterSet.start();

  @AutoClose
  private static final RedisConnection connection =
      new RedisConnection(cluster.url(), "sluice", Duration.ofSeconds(5), 8);

  private static final RedisEntryStore store =
      new RedisEntryStore(
          connection, "sluice", Entries.noNearCache(), clock, new CountersByCache());

  @BeforeEach
  void empty() {
    cluster.flush();
  }

  @Override
  EntryStore store() {
    return store;
  }

  @Override
  void passTime(Duration time) {
    clock.advance(time);
    byte[] entries = new RedisKeys("sluice").entries(KEY);
    Awaitility.await() // its clock
        .until(() -> !connection.call(entries, jedis -> jedis.exists(entries)));
  }
}
