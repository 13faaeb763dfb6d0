package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.ClusterSet;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.StoreTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Limits on a cluster whose primaries change and whose slots move, under load: never more are
 * admitted than the limit says. The system property {@code soak.seconds} sets how long (30).
 */
@Timeout(900)
@StoreTest
@Tag("soak")
class ClusterFailoverIT {

  private static final int LIMIT = 300;
  private static final int CLIENTS = 40;
  private static final int CALLERS = 16;

  @AutoClose private static final ClusterSet cluster = ClusterSet.start();

  @AutoClose
  private static final RedisConnection connection =
      new RedisConnection(cluster.url(), "test", Duration.ofMillis(500), 8);

  private final QuotaStore store = new RedisQuotaStore(connection, "test");
  private final Map<String, LongAdder> admitted = new ConcurrentHashMap<>();
  private final LongAdder decided = new LongAdder();
  private final LongAdder unavailable = new LongAdder();
  private final AtomicBoolean done = new AtomicBoolean();

  /** What an operator does with a cluster that is well: no write is lost by it. */
  private enum Event {
    FAILOVER,
    MOVE;

    void happen(RandomGenerator random) {
      String key = key("client " + random.nextInt(CLIENTS));
      RedisProcess primary = cluster.primaryOf(key);
      if (this == FAILOVER) {
        cluster.failOver(cluster.replicaOf(primary));
        cluster.awaitWhole();
      } else {
        List<RedisProcess> others =
            cluster.primaries().stream().filter(each -> each != primary).toList();
        cluster.move(key, others.get(random.nextInt(others.size())));
      }
    }
  }

  private static String key(String client) {
    return "test:r:{" + client + "}:";
  }

  private static List<Charge> charges(String client) {
    return Charges.of(Charges.policy("p", LIMIT + "/day", Algorithm.SLIDING_WINDOW), client, 1);
  }

  private void decide() {
    RandomGenerator random = RandomGenerator.getDefault();
    while (!done.get()) {
      String client = "client " + random.nextInt(CLIENTS);
      try {
        decided.increment();
        if (store.decide(charges(client)).get(0).admits()) {
          admitted.computeIfAbsent(client, it -> new LongAdder()).increment();
        }
      } catch (QuotaStoreException e) {
        unavailable.increment();
      }
    }
  }

  @Test
  void admitsNeverMoreThanTheLimit() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    List<Future<?>> callers = new ArrayList<>();
    IntStream.range(0, CALLERS).forEach(i -> callers.add(threads.submit(this::decide)));
    long end = System.nanoTime() + Duration.ofSeconds(Long.getLong("soak.seconds", 30)).toNanos();
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    int events = 0;
    for (; System.nanoTime() < end; events++) {
      Event.values()[random.nextInt(2)].happen(random);
    }
    done.set(true);
    for (Future<?> caller : callers) {
      caller.get(); // nothing but Redis being unavailable was thrown
    }
    threads.shutdown();
    System.getLogger("soak")
        .log(
            System.Logger.Level.INFO,
            "{0} events, {1} decisions, {2} of them without Redis, admitted {3}",
            events,
            decided.sum(),
            unavailable.sum(),
            admitted.values());
    assertThat(events).isGreaterThan(3);
    assertThat(admitted.values())
        .hasSize(CLIENTS)
        .allSatisfy(count -> assertThat(count.sum()).isLessThanOrEqualTo(LIMIT));
    Awaitility.await() // a circuit breaker may still be open
        .atMost(Duration.ofSeconds(3))
        .ignoreExceptionsInstanceOf(QuotaStoreException.class)
        .untilAsserted(
            () ->
                admitted
                    .keySet()
                    .forEach(client -> assertThat(store.peek(charges(client))).hasSize(1)));
  }
}
