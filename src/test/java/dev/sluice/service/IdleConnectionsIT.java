package dev.sluice.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.ServerProcess;
import dev.sluice.testing.ServiceWar;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bursts of requests after pauses in which Redis has closed its idle connections. */
@Tag("soak")
class IdleConnectionsIT {

  private static final int BURSTS = 10;
  private static final int BURST = 60;
  private static final Predicate<Integer> OK = status -> status == 200;

  @AutoClose private final RedisProcess redis = RedisProcess.start("--timeout", "2");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir private Path folder;

  @Test
  void rejectsAndOverAdmitsNothingAndLogsNothing() {
    try (ServerProcess server =
        ServerProcess.start(
            ServiceWar.with(
                Map.of(
                    "sluice.service.log-file", folder.resolve("log.txt").toString(),
                    "sluice.client.trusted-proxies", "127.0.0.1",
                    "sluice.redis.url", redis.url().toString()),
                AddingResource.class))) {
      for (int i = 0; i < 5; i++) {
        burst(server, "10.0.0." + i); // loads classes, which may take longer than the budget
      }
      Awaitility.await()
          .until(() -> burst(server, "10.0.0.9").subList(0, BURST / 2).stream().allMatch(OK));
      int logged = server.log().length();
      for (int i = 0; i < BURSTS; i++) {
        // The listener and the tick of the tasks keep one connection each.
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> redis.connections("sluice").size() <= 2);
        List<Integer> statuses = burst(server, "10.0.1." + i);
        assertThat(statuses.subList(0, BURST / 2)).containsOnly(200);
        assertThat(statuses.subList(BURST / 2, BURST)).containsOnly(200, 429);
        assertThat(statuses.subList(BURST / 2, BURST)).filteredOn(it -> it == 200).hasSize(5);
      }
      assertThat(server.log().substring(logged)).doesNotContain(" is in trouble", "A call to");
    }
  }

  /** One half adds tasks, the other shares a limit of five. */
  private List<Integer> burst(ServerProcess server, String client) {
    List<CompletableFuture<Integer>> responses = new ArrayList<>();
    for (int i = 0; i < BURST; i++) {
      boolean adds = i < BURST / 2;
      String path = adds ? "/durable-task" : "/rate-limited";
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
              .method(adds ? "POST" : "GET", BodyPublishers.noBody())
              .header("X-Forwarded-For", client)
              .build();
      responses.add(
          http.sendAsync(request, BodyHandlers.discarding()).thenApply(HttpResponse::statusCode));
    }
    return responses.stream().map(CompletableFuture::join).toList();
  }
}
