package dev.sluice.background;

import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.StoreTest;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

@Timeout(60)
@StoreTest
class RedisScheduleStoreIT extends ScheduleStoreContract {

  private static RedisProcess redis;
  private static RedisConnection connection;

  @BeforeAll
  static void start() {
    redis = RedisProcess.start();
    connection = new RedisConnection(redis.url(), "test", Duration.ofSeconds(2), 4);
  }

  @AfterAll
  static void stop() {
    connection.close();
    redis.close();
  }

  @BeforeEach
  void empty() {
    try (Jedis jedis = redis.connect()) {
      jedis.flushAll();
    }
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
