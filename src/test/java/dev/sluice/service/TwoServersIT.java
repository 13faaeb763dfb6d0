package dev.sluice.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.PayaraMicro;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.ServiceWar;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Two servers share one Redis under load; one is killed. */
@Timeout(300)
@Tag("payara")
class TwoServersIT {

  private static final int CLIENTS = 8;
  private static final int REQUESTS = 1200;

  /** Requests after which the first server is killed. */
  private static final int UNTIL_KILLED = 500;

  @TempDir Path folder;
  private RedisProcess redis;
  private PayaraMicro victim;
  private PayaraMicro survivor;
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger sent = new AtomicInteger();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void start() {
    redis = RedisProcess.start();
    CompletableFuture<PayaraMicro> first = CompletableFuture.supplyAsync(this::server);
    CompletableFuture<PayaraMicro> second = CompletableFuture.supplyAsync(this::server);
    victim = first.join();
    survivor = second.join();
  }

  private PayaraMicro server() {
    return PayaraMicro.start(
        Map.of(),
        ServiceWar.with(
            Map.of(
                "sluice.service.log-file",
                folder.resolve("log.txt").toString(),
                "sluice.tasks.concurrency",
                "4",
                "sluice.tasks.lease",
                "3s",
                "sluice.redis.url",
                redis.url().toString()),
            LoggingResource.class,
            SlowLogger.class));
  }

  @AfterEach
  void stop() {
    victim.close();
    survivor.close();
    redis.close();
  }

  @Test
  void runsEveryAcknowledgedTaskWhenOneServerIsKilled() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    List<Future<?>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      PayaraMicro server = i % 2 == 0 ? victim : survivor;
      clients.add(threads.submit(() -> sendUntilEnoughOrKilled(server)));
    }
    Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> sent.get() >= UNTIL_KILLED);
    victim.close();
    for (Future<?> client : clients) {
      client.get();
    }
    threads.shutdown();
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertThat(lines().keySet()).containsAll(acknowledged));
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> waiting() == 0);
    Map<String, Long> lines = lines();
    System.getLogger(TwoServersIT.class.getName())
        .log(
            System.Logger.Level.WARNING,
            "{0} acknowledged, {1} ran, of these {2} in a later attempt and {3} more than once",
            acknowledged.size(),
            lines.size(),
            Files.readAllLines(folder.resolve("log.txt")).stream()
                .filter(line -> !line.endsWith(" 1"))
                .count(),
            lines.values().stream().filter(times -> times > 1).count());
    // Only tasks that ran on the killed server may run again: four at a time, and those that had
    // ended without Redis knowing.
    assertThat(lines.values()).filteredOn(times -> times > 1).hasSizeLessThanOrEqualTo(8);
    assertThat(lines.values()).allMatch(times -> times <= 2);
  }

  private Void sendUntilEnoughOrKilled(PayaraMicro server) throws InterruptedException {
    for (int n = sent.incrementAndGet(); n <= REQUESTS; n = sent.incrementAndGet()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/log/task-" + n))
              .POST(HttpRequest.BodyPublishers.noBody())
              .timeout(Duration.ofSeconds(30))
              .build();
      try {
        if (http.send(request, BodyHandlers.ofString()).statusCode() == 200) {
          acknowledged.add("task-" + n);
        }
      } catch (IOException e) {
        return null; // the server was killed, and nothing was acknowledged
      }
    }
    return null;
  }

  /** Returns the tasks that have run, with the number of runs. */
  private Map<String, Long> lines() throws IOException {
    return Files.readAllLines(folder.resolve("log.txt")).stream()
        .collect(Collectors.groupingBy(line -> line.split(" ")[0], Collectors.counting()));
  }

  private long waiting() {
    try (Jedis jedis = redis.connect()) {
      return jedis.zcard("sluice:tasks:{default}:queue");
    }
  }
}
