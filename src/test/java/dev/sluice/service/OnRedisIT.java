package dev.sluice.service;

import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.ServiceWar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;

/** The service on Redis. */
class OnRedisIT extends ServiceContract {

  private static RedisProcess redis;
  private static Path logFile;

  @Deployment(testable = false)
  static WebArchive service() throws IOException {
    redis = RedisProcess.start();
    logFile = Files.createTempDirectory("sluice").resolve("log.txt");
    return ServiceWar.with(
        Map.of(
            "sluice.service.log-file", logFile.toString(),
            "sluice.redis.url", redis.url().toString()));
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @Override
  Path logFile() {
    return logFile;
  }
}
