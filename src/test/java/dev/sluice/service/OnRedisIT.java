package dev.sluice.service;

import dev.sluice.testing.FailingResource;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.ServiceWar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AutoClose;

/** The service on Redis. */
class OnRedisIT extends ServiceContract {

  @AutoClose private static final RedisProcess redis = RedisProcess.start();

  private static Path logFile;

  @Deployment(testable = false)
  static WebArchive service() throws IOException {
    logFile = Files.createTempDirectory("sluice").resolve("log.txt");
    return ServiceWar.with(
        Map.of(
            "sluice.service.log-file", logFile.toString(),
            "sluice.redis.url", redis.url().toString()),
        FailingResource.class);
  }

  @Override
  Path logFile() {
    return logFile;
  }
}
