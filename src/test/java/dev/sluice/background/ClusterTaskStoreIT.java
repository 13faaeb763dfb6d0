package dev.sluice.background;

import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.ClusterSet;
import dev.sluice.testing.StoreTest;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** The contract on a cluster. */
@StoreTest
@Tag("soak") // many processes
class ClusterTaskStoreIT extends TaskStoreContract {

  @AutoClose private static final ClusterSet cluster = ClusterSet.start();

  @AutoClose
  private static final RedisConnection connection =
      new RedisConnection(cluster.url(), "test", Duration.ofSeconds(5), 8);

  private final TaskStore store =
      new RedisTaskStore(connection, "test", SETTINGS, Optional.of(clock));

  @BeforeEach
  void empty() {
    cluster.flush();
  }

  @Override
  TaskStore store() {
    return store;
  }
}
