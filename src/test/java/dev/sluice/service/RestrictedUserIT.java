package dev.sluice.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.FailingResource;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.ServiceWar;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import redis.clients.jedis.Jedis;

/** The service as the user of Redis that {@code operations.md} describes. */
class RestrictedUserIT extends ServiceContract {

  private static final String DOCUMENTED = "ACL SETUSER sluice ";

  @AutoClose private static final RedisProcess redis = RedisProcess.start();

  private static Path logFile;

  @Deployment(testable = false)
  static WebArchive service() throws IOException {
    logFile = Files.createTempDirectory("sluice").resolve("log.txt");
    try (Jedis jedis = redis.connect()) {
      jedis.sendCommand("ACL"::getBytes, documentedUser().toArray(String[]::new));
      jedis.aclLogReset();
    }
    return ServiceWar.with(
        Map.of(
            "sluice.service.log-file",
            logFile.toString(),
            "sluice.key-prefix",
            "shop",
            "sluice.redis.url",
            URI.create("redis://sluice:secret@127.0.0.1:" + redis.port()).toString()),
        FailingResource.class);
  }

  /** The words after ACL. */
  private static List<String> documentedUser() throws IOException {
    String page = Files.readString(Path.of("src/site/markdown/operations.md"), UTF_8);
    int start = page.indexOf(DOCUMENTED);
    String command = page.substring(start, page.indexOf("```", start)).replace("\\\n", " ");
    List<String> words = List.of(command.strip().split("\\s+"));
    return words.subList(1, words.size());
  }

  @AfterEach
  void nothingWasDenied() {
    try (Jedis jedis = redis.connect()) {
      assertThat(jedis.aclLog())
          .extracting(entry -> entry.getReason() + " " + entry.getObject())
          .allMatch(denied -> denied.equals("command info"));
    }
  }

  @Override
  Path logFile() {
    return logFile;
  }
}
