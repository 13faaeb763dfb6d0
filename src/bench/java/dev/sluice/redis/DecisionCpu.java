package dev.sluice.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.testing.RedisProcess;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import redis.clients.jedis.Jedis;

/**
 * Prints what a decision of {@code 5/minute} costs of Redis's CPU and of this process's, and how
 * long it takes: on a connection of its own, and in round trips that concurrent callers share. Arguments: callers at a
 * time, seconds of a measurement, rounds.
 */
final class DecisionCpu {

  private static final RedisScript DECIDE =
      RedisScript.of(dev.sluice.ratelimit.RateLimited.class, "decide.lua");
  private static final int CLIENTS = 100_000;

  private DecisionCpu() {}

  public static void main(String[] arguments) throws Exception {
    int callers = Integer.parseInt(arguments[0]);
    Duration time = Duration.ofSeconds(Integer.parseInt(arguments[1]));
    try (RedisProcess redis = RedisProcess.start();
        RedisConnection connection =
            new RedisConnection(redis.url(), "bench", Duration.ofSeconds(5), 32);
        Jedis jedis = redis.connect()) {
      byte[] sha1 = jedis.scriptLoad(DECIDE.source());
      Supplier<Object> alone =
          () -> {
            List<byte[]> keys = keys();
            List<byte[]> limit = limit();
            return connection.call(client -> client.evalsha(sha1, keys, limit));
          };
      Supplier<Object> shared = () -> connection.run(DECIDE, keys(), limit());
      for (int round = 0; round < Integer.parseInt(arguments[2]); round++) {
        measure("alone ", alone, callers, time, jedis);
        measure("shared", shared, callers, time, jedis);
      }
    }
  }

  private static List<byte[]> keys() {
    int client = ThreadLocalRandom.current().nextInt(CLIENTS);
    return List.of("bench:r:{abcdefghijklmnop%06d}:s60000000".formatted(client).getBytes(US_ASCII));
  }

  private static List<byte[]> limit() {
    return List.of(
        ByteBuffer.allocate(26)
            .put((byte) 's')
            .put((byte) 1)
            .putDouble(5)
            .putDouble(60_000_000)
            .putDouble(1)
            .array(),
        new byte[] {'c'});
  }

  private static void measure(
      String name, Supplier<Object> decision, int callers, Duration time, Jedis jedis)
      throws InterruptedException {
    double redis = redisMicros(jedis);
    long reads = stat(jedis, "total_reads_processed");
    double ours = ourMicros();
    List<LongStream.Builder> taken = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    long end = System.nanoTime() + time.toNanos();
    for (int i = 0; i < callers; i++) {
      LongStream.Builder mine = LongStream.builder();
      taken.add(mine);
      threads.add(new Thread(() -> decide(decision, end, mine)));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    long[] nanos = taken.stream().flatMapToLong(LongStream.Builder::build).sorted().toArray();
    System.out.printf(
        "%s, %d callers, %.1f in a round trip: Redis %.1f us, client %.1f us a decision; %.0f/s,"
            + " median %d us, p99 %d us%n",
        name,
        callers,
        nanos.length / (double) (stat(jedis, "total_reads_processed") - reads),
        (redisMicros(jedis) - redis) / nanos.length,
        (ourMicros() - ours) / nanos.length,
        nanos.length / (double) time.toSeconds(),
        nanos[nanos.length / 2] / 1000,
        nanos[(int) (nanos.length * 99L / 100)] / 1000);
  }

  private static void decide(Supplier<Object> decision, long end, LongStream.Builder taken) {
    for (long last = System.nanoTime(); last - end < 0; ) {
      decision.get();
      long now = System.nanoTime();
      taken.add(now - last);
      last = now;
    }
  }

  private static double ourMicros() {
    return ((com.sun.management.OperatingSystemMXBean)
                ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1000.0;
  }

  private static long stat(Jedis jedis, String name) {
    return jedis
        .info("stats")
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1).strip()))
        .sum();
  }

  private static double redisMicros(Jedis jedis) {
    return jedis
        .info("cpu")
        .lines()
        .filter(line -> line.startsWith("used_cpu_user:") || line.startsWith("used_cpu_sys:"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)) * 1e6)
        .sum();
  }
}
