package dev.sluice.background;

import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.SentinelSet;
import dev.sluice.testing.StoreTest;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** The contract on a primary that Sentinels name. */
@StoreTest
@Tag("soak") // many processes
class SentinelTaskStoreIT extends TaskStoreContract {

  @AutoClose private static final SentinelSet set = SentinelSet.start();

  @AutoClose
  private static final RedisConnection connection =
      new RedisConnection(set.url(), "test", Duration.ofSeconds(5), 8);

  private final TaskStore store =
      new RedisTaskStore(connection, "test", SETTINGS, Optional.of(clock));

  @BeforeEach
  void empty() {
    connection.call(jedis -> jedis.flushAll());
  }

  @Override
  TaskStore store() {
    return store;
  }
}
