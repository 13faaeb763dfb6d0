package dev.sluice.cache;

import dev.sluice.testing.RedisProcess;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;

/** Caches on Redis. */
class CacheOnRedisIT extends CacheContract {

  private static RedisProcess redis;

  @Deployment(testable = false)
  static WebArchive service() {
    redis = RedisProcess.start();
    return war(Map.of("sluice.redis.url", redis.url().toString()));
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @Override
  String tier() {
    return "far";
  }
}
