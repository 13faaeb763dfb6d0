package dev.sluice.ratelimit;

import dev.sluice.ratelimit.Decision.Permitted;
import dev.sluice.redis.RedisConnection;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.BucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import redis.clients.jedis.Jedis;

/**
 * One key, many callers: the worst case of a limiter that compares and swaps, since of all that
 * read a value only one may write it (Bucket4j's issue #404). Prints decisions a second, how long
 * one takes, errors, and Redis's CPU for a decision.
 */
public final class HotKey {

  private static final int CALLERS = 400;
  private static final Duration BUDGET = Duration.ofSeconds(10);

  private final URI redis;
  private final Duration time;

  private HotKey(URI redis, Duration time) {
    this.redis = redis;
    this.time = time;
  }

  /**
   * @param arguments the URL of a Redis, and the seconds of one measurement
   */
  public static void main(String[] arguments) throws Exception {
    HotKey bench =
        new HotKey(
            URI.create(arguments[0]), Duration.ofSeconds(Long.parseLong(arguments[1])));
    System.out.printf(
        "%-28s %12s %10s %10s %8s %14s%n",
        "one key, " + CALLERS + " callers", "decisions/s", "median ms", "p99 ms", "errors", "Redis us each");
    for (String limit : new String[] {"1000000/minute", "5/minute"}) {
      bench.sluice(limit);
      bench.bucket4j(limit);
    }
    System.exit(0);
  }

  private void sluice(String limit) throws Exception {
    try (RedisConnection connection = new RedisConnection(redis, "bench", BUDGET, 32)) {
      Decider decider =
          new Decider(
              new RedisQuotaStore(connection, "bench"),
              new LocalQuotaStore(InstantSource.system(), 1, 1),
              new RefusalCache(System::nanoTime),
              new RunningRequests(System::nanoTime, renewal -> {}),
              new DecisionCounters(),
              new DecisionListener() {
                @Override
                public void decided(Decision decision) {}

                @Override
                public void shadowed(ShadowRefusal refusal) {}
              });
      List<Charge> charges = Charges.of(limit);
      run("Sluice, " + limit, () -> decider.decide(charges) instanceof Permitted);
    }
  }

  private void bucket4j(String limit) throws Exception {
    Limit.PerPeriod rate = (Limit.PerPeriod) Limit.parse(limit).get(0);
    RedisClient client = RedisClient.create(redis.toString());
    BucketProxy bucket =
        Bucket4jLettuce.casBasedBuilder(client)
            .expirationAfterWrite(ExpirationAfterWriteStrategy.fixedTimeToLive(rate.period()))
            .build()
            .getProxy(
                "bucket4j".getBytes(StandardCharsets.US_ASCII),
                () ->
                    BucketConfiguration.builder()
                        .addLimit(
                            Bandwidth.builder()
                                .capacity(rate.amount())
                                .refillGreedy(rate.amount(), rate.period())
                                .build())
                        .build());
    run("Bucket4j, " + limit, () -> bucket.tryConsume(1));
    client.shutdown();
  }

  private void run(String name, BooleanSupplier decision) throws Exception {
    measure(decision, time.dividedBy(2)); // warms up
    double before = cpuMicros();
    LongAdder errors = new LongAdder();
    long[] nanos =
        measure(
            () -> {
              try {
                return decision.getAsBoolean();
              } catch (RuntimeException e) {
                errors.increment();
                return false;
              }
            },
            time);
    Arrays.sort(nanos);
    System.out.printf(
        "%-28s %12.0f %10.2f %10.2f %8d %14.1f%n",
        name,
        nanos.length / (double) time.toSeconds(),
        nanos[nanos.length / 2] / 1e6,
        nanos[(int) (nanos.length * 99L / 100)] / 1e6,
        errors.sum(),
        (cpuMicros() - before) / nanos.length);
  }

  /** Returns how long each decision took. */
  private static long[] measure(BooleanSupplier decision, Duration time)
      throws InterruptedException {
    CountDownLatch start = new CountDownLatch(CALLERS);
    List<Thread> threads = new ArrayList<>();
    List<LongStream.Builder> taken = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      LongStream.Builder mine = LongStream.builder();
      taken.add(mine);
      Thread thread =
          new Thread(
              () -> {
                start.countDown();
                awaitAll(start);
                long begin = System.nanoTime();
                for (long last = begin; last - begin < time.toNanos(); ) {
                  decision.getAsBoolean();
                  long now = System.nanoTime();
                  mine.add(now - last);
                  last = now;
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return taken.stream().flatMapToLong(LongStream.Builder::build).toArray();
  }

  private static void awaitAll(CountDownLatch start) {
    try {
      start.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private double cpuMicros() {
    try (Jedis jedis = new Jedis(redis)) {
      return jedis
          .info("cpu")
          .lines()
          .filter(line -> line.startsWith("used_cpu_user:") || line.startsWith("used_cpu_sys:"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
          .map(seconds -> seconds * 1e6)
          .sum();
    }
  }
}
