package dev.sluice.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.service.Clients.Reply;
import dev.sluice.service.Clients.Request;
import dev.sluice.testing.FailingResource;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.SentinelSet;
import dev.sluice.testing.ServiceWar;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The service on a primary that Sentinels name. */
@Tag("soak")
class OnSentinelIT extends ServiceContract {

  private static final int CLIENTS = 16;
  private static final Request STATE = new Request("GET", "/redis-state");

  @AutoClose private static final SentinelSet set = SentinelSet.start();

  private static Path logFile;

  @ArquillianResource private URL server;

  @Deployment(testable = false)
  static WebArchive service() throws IOException {
    logFile = Files.createTempDirectory("sluice").resolve("log.txt");
    return ServiceWar.with(
        Map.of(
            "sluice.service.log-file", logFile.toString(),
            "sluice.client.trusted-proxies", "127.0.0.0/8",
            "sluice.redis.url", set.url().toString()),
        FailingResource.class,
        RedisStateResource.class);
  }

  @Test
  void servesAllTheWhileDuringAFailoverAndIsBackSoonAfterThePromotion() throws Exception {
    RedisProcess old = set.primary();
    RedisProcess next = set.other(old);
    Clients clients = new Clients(server);
    List<Reply> replies =
        clients.during(
            () -> {
              set.failOver();
              SentinelSet.awaitPromoted(next);
              Awaitility.await()
                  .atMost(Duration.ofSeconds(5))
                  .until(() -> written(clients) && !next.connections("sluice").isEmpty());
            },
            Collections.nCopies(
                CLIENTS,
                List.of(
                    new Request("GET", "/cached-data"),
                    new Request("GET", "/rate-limited"),
                    new Request("POST", "/background-task"))));
    assertThat(replies).filteredOn(reply -> reply.status() >= 500).isEmpty();
    set.awaitWhole(next);
  }

  private static boolean written(Clients clients) throws IOException, InterruptedException {
    return clients.ask(STATE).body().equals(RedisStateResource.REPLIED);
  }

  @Override
  Path logFile() {
    return logFile;
  }
}
