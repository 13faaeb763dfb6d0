package dev.sluice.background;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;

/**
 * Prints what a task costs of Redis's CPU to add, to claim, to read its payload and to end, by the
 * server's own count. Arguments: bytes of a payload, tasks in a call, calls.
 */
final class TaskCpu {

  private static final String HANDLER = "org.example.application.mail.OrderConfirmationMailer";
  private static final int ROUNDS = 5;

  private TaskCpu() {}

  public static void main(String[] arguments) {
    String payload = '"' + "x".repeat(Integer.parseInt(arguments[0]) - 2) + '"';
    int batch = Integer.parseInt(arguments[1]);
    int calls = Integer.parseInt(arguments[2]);
    try (RedisProcess redis = RedisProcess.start();
        RedisConnection connection =
            new RedisConnection(redis.url(), "bench", Duration.ofSeconds(5), 4);
        Jedis jedis = redis.connect()) {
      TaskStore store =
          new RedisTaskStore(
              connection,
              "bench",
              new TaskStoreSettings(
                  10_000_000, Duration.ofMillis(1), Duration.ofHours(1), Duration.ofDays(7)),
              Optional.empty());
      for (int round = 0; round < ROUNDS; round++) {
        jedis.flushAll();
        String line = measure(store, jedis, payload, batch, calls);
        if (round == ROUNDS - 1) { // warm by now
          System.out.println(line);
        }
      }
    }
  }

  private static String measure(
      TaskStore store, Jedis jedis, String payload, int batch, int calls) {
    List<List<Submission>> all =
        Stream.generate(() -> Stream.generate(() -> submission(payload)).limit(batch).toList())
            .limit(calls)
            .toList();
    double start = cpu(jedis);
    int owner = 0;
    for (List<Submission> tasks : all) {
      store.add(tasks, "0123456789abcdef." + owner++);
    }
    double added = cpu(jedis);
    List<List<Lease>> leases = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      leases.add(store.claim(batch, "1123456789abcdef." + owner++));
    }
    double claimed = cpu(jedis);
    leases.forEach(store::payloads);
    double read = cpu(jedis);
    for (List<Lease> each : leases) {
      store.settle(
          each.stream().map(lease -> new Completion(lease, new Completion.Done())).toList());
    }
    double each = 1e6 / calls / batch;
    return "payload of %d bytes, %d in a call: add %.2f, claim %.2f, read %.2f, settle %.2f us"
        .formatted(
            payload.length(),
            batch,
            (added - start) * each,
            (claimed - added) * each,
            (read - claimed) * each,
            (cpu(jedis) - read) * each);
  }

  private static Submission submission(String payload) {
    Task task =
        new Task(
            TaskId.random(),
            HANDLER,
            5,
            Optional.empty(),
            Instant.now(),
            payload.getBytes(UTF_8).length);
    return new Submission(task, payload, TaskOptions.defaults());
  }

  private static double cpu(Jedis jedis) {
    return jedis
        .info("cpu")
        .lines()
        .filter(line -> line.startsWith("used_cpu_sys:") || line.startsWith("used_cpu_user:"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
        .sum();
  }
}
