package dev.sluice.ratelimit;

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
class SentinelQuotaStoreIT extends QuotaStoreContract {

  @AutoClose private static final SentinelSet set = SentinelSet.start();

  @AutoClose
  private static final RedisConnection connection =
      new RedisConnection(set.url(), "test", Duration.ofSeconds(5), 8);

  private final QuotaStore store =
      new RedisQuotaStore(connection, "test", Optional.of(clock::micros));

  @BeforeEach
  void empty() {
    connection.call(jedis -> jedis.flushAll());
  }

  @Override
  QuotaStore store() {
    return store;
  }
}
