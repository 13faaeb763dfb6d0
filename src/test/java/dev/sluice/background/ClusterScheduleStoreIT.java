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
class ClusterScheduleStoreIT extends ScheduleStoreContract {

  @AutoClose private static final ClusterSet cluster = ClusterSet.start();

  @AutoClose
  private static final RedisConnection connection =
      new RedisConnection(cluster.url(), "test", Duration.ofSeconds(5), 8);

  @BeforeEach
  void empty() {
    cluster.flush();
  }

  @Override
  TaskStore tasks(TaskStoreSettings settings) {
    return new RedisTaskStore(connection, "test", settings, Optional.of(clock));
  }

  @Override
  ScheduleStore store() {
    return new RedisScheduleStore(connection, "test", Optional.of(clock));
  }
}
