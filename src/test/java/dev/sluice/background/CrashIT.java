package dev.sluice.background;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.StoreTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * Two nodes, processes of their own, on one Redis. One is killed again and again, and Redis freezes
 * for a while: every acknowledged task runs, and runs again only where that could not be helped.
 */
@Timeout(180)
@StoreTest
class CrashIT {

  @TempDir Path folder;
  private Path events;
  private RedisProcess redis;
  private final List<Process> workers = new ArrayList<>();
  private final Set<String> killed = new HashSet<>();
  private int started;

  @BeforeEach
  void startRedis() {
    redis = RedisProcess.start();
    events = folder.resolve("events");
  }

  @AfterEach
  void stopAll() {
    workers.forEach(Process::destroyForcibly);
    redis.close();
  }

  @Test
  void noAcknowledgedTaskIsLostWhenANodeIsKilled() throws Exception {
    crash(1_000, 1, Duration.ofMillis(800), Duration.ZERO);
  }

  @Tag("soak")
  @Test
  void noAcknowledgedTaskIsLostWhenNodesAreKilledEveryTwoSecondsAndRedisFreezes() throws Exception {
    crash(10_100, 5, Duration.ofSeconds(2), Duration.ofSeconds(2));
  }

  private void crash(int wanted, int kills, Duration between, Duration freeze) throws Exception {
    Process victim = startWorker(wanted);
    Process survivor = startWorker(wanted);
    await(() -> count("A") > 0);
    for (int kill = 0; kill < kills; kill++) {
      pass(between);
      killed.add("w" + (workers.indexOf(victim)));
      victim.destroyForcibly().waitFor();
      victim = startWorker(wanted);
      if (kill == kills / 2 && !freeze.isZero()) {
        redis.freeze();
        pass(freeze);
        redis.thaw();
      }
    }
    await(() -> added() >= wanted && pending() == 0);
    assertThat(survivor.isAlive()).isTrue();
    check();
  }

  /** Lets real time pass for processes that know no other. */
  private static void pass(Duration time) throws InterruptedException {
    assertThat(new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
  }

  private Process startWorker(int wanted) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Process worker =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                TaskWorker.class.getName(),
                "w" + started++,
                redis.url().toString(),
                events.toString(),
                "" + wanted)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    workers.add(worker);
    return worker;
  }

  private void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofMillis(100))
        .until(condition);
  }

  private long added() {
    try (Jedis jedis = redis.connect()) {
      return Long.parseLong(jedis.get("added"));
    }
  }

  private long pending() {
    try (Jedis jedis = redis.connect()) {
      return jedis.zcard("test:tasks:{default}:queue");
    }
  }

  private record Event(String what, String id, String worker) {}

  private List<Event> events() throws IOException {
    if (Files.notExists(events)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(events)) {
      return lines
          .map(line -> line.split(" "))
          .map(words -> new Event(words[0], words[1], words[2]))
          .toList();
    }
  }

  private long count(String what) throws IOException {
    return events().stream().filter(event -> event.what().equals(what)).count();
  }

  private void check() throws IOException {
    Map<String, Set<String>> confirmed = new HashMap<>();
    Map<String, List<String>> ended = new HashMap<>();
    Map<String, List<String>> begun = new HashMap<>();
    Set<String> acknowledged = new HashSet<>();
    for (Event event : events()) {
      switch (event.what()) {
        case "A" -> acknowledged.add(event.id());
        case "B" -> begun.computeIfAbsent(event.id(), id -> new ArrayList<>()).add(event.worker());
        case "E" -> ended.computeIfAbsent(event.id(), id -> new ArrayList<>()).add(event.worker());
        default -> confirmed.computeIfAbsent(event.id(), id -> new HashSet<>()).add(event.worker());
      }
    }
    System.getLogger(CrashIT.class.getName())
        .log(
            System.Logger.Level.WARNING,
            "{0} acknowledged, {1} kills: {2} begun more than once, {3} ended more than once,"
                + " {4} ended unconfirmed by a node that was killed then",
            acknowledged.size(),
            killed.size(),
            begun.values().stream().filter(by -> by.size() > 1).count(),
            ended.values().stream().filter(by -> by.size() > 1).count(),
            ended.entrySet().stream()
                .filter(
                    end ->
                        !confirmed.getOrDefault(end.getKey(), Set.of()).containsAll(end.getValue()))
                .count());
    assertThat(ended.keySet()).as("acknowledged tasks have run").containsAll(acknowledged);
    begun.forEach(
        (id, by) -> {
          List<String> unfinished = new ArrayList<>(by);
          ended.getOrDefault(id, List.of()).forEach(unfinished::remove);
          assertThat(killed).as("begun and not ended").containsAll(unfinished);
        });
    ended.forEach(
        (id, by) -> {
          Set<String> unconfirmed = new HashSet<>(by);
          unconfirmed.removeAll(confirmed.getOrDefault(id, Set.of()));
          assertThat(killed).as("ended and not confirmed").containsAll(unconfirmed);
          assertThat(confirmed.getOrDefault(id, Set.of())).as("confirmed").hasSizeLessThan(2);
        });
  }
}
