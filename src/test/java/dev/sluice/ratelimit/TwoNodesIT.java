package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.execution.Heartbeat;
import dev.sluice.ratelimit.Decision.Permitted;
import dev.sluice.ratelimit.Decision.Reason;
import dev.sluice.ratelimit.Decision.Refused;
import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.StoreTest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Two nodes on one Redis. */
@StoreTest
class TwoNodesIT {

  private RedisProcess redis;
  private final List<RedisConnection> connections = new ArrayList<>();
  private final List<Heartbeat> heartbeats = new ArrayList<>();

  @BeforeEach
  void start() {
    redis = RedisProcess.start();
  }

  @AfterEach
  void stop() {
    heartbeats.forEach(Heartbeat::stop);
    connections.forEach(RedisConnection::close);
    redis.close();
  }

  /** A node that renews nothing, as one that has been killed. */
  private Decider node() {
    return node(renewal -> {});
  }

  private void beat(Runnable renewal) {
    heartbeats.add(Heartbeat.start(Thread::new, RunningRequests.RENEWAL, renewal));
  }

  private Decider node(Consumer<Runnable> schedule) {
    RedisConnection connection =
        new RedisConnection(redis.url(), "sluice", Duration.ofSeconds(2), 64);
    connections.add(connection);
    return new Decider(
        new RedisQuotaStore(connection, "sluice"),
        new LocalQuotaStore(InstantSource.system(), 100, 1 << 20),
        new RefusalCache(System::nanoTime),
        new RunningRequests(System::nanoTime, schedule),
        new DecisionCounters(),
        new DecisionListener() {
          @Override
          public void decided(Decision decision) {}

          @Override
          public void shadowed(ShadowRefusal refusal) {}
        });
  }

  @Test
  void admitsExactlyOneThousandToSixtyFourThreadsOnTwoNodes() throws Exception {
    List<Decider> nodes = List.of(node(), node());
    List<Charge> charges = Charges.of("1000/minute");
    AtomicInteger admitted = new AtomicInteger();
    CountDownLatch ready = new CountDownLatch(64);
    ExecutorService threads = Executors.newFixedThreadPool(64);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      Decider node = nodes.get(i % 2);
      all.add(
          threads.submit(
              () -> {
                ready.countDown();
                ready.await();
                for (int n = 0; n < 100; n++) {
                  if (node.decide(charges) instanceof Permitted) {
                    admitted.incrementAndGet();
                  }
                }
                return null;
              }));
    }
    for (Future<?> one : all) {
      one.get();
    }
    threads.shutdown();
    assertThat(admitted).hasValue(1000);
  }

  /**
   * Both places are held: one by a node that is killed, one by a node that renews it. The third
   * node gets the place of the killed one within a lease, and no other.
   */
  @Test
  void givesThePlacesOfAKilledNodeToOthersWithinALease() {
    List<Charge> charges = Charges.of("2 concurrent");
    Decider renewing = node(this::beat);
    assertThat(renewing.reserve(charges).decision()).isInstanceOf(Permitted.class);
    Decider killed = node();
    assertThat(killed.reserve(charges).decision()).isInstanceOf(Permitted.class);
    connections.get(1).close();
    Decider other = node();
    assertThat(other.reserve(charges).decision()).isInstanceOf(Refused.class);
    long start = System.nanoTime();
    Awaitility.await()
        .atMost(Counting.LEASE.plusSeconds(2))
        .until(() -> other.reserve(charges).decision() instanceof Permitted);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThan(Counting.LEASE.minusSeconds(2));
    assertThat(other.reserve(charges).decision()).isInstanceOf(Refused.class);
  }

  @Test
  void blocksAClientOnBothNodes() {
    List<Decider> nodes = List.of(node(), node());
    List<Charge> charges =
        Charges.of(Charges.blocking("b", "1/minute", "1 hour", "4/minute"), "c", 1);
    assertThat(nodes.get(0).decide(charges)).isInstanceOf(Permitted.class);
    for (int i = 0; i < 4; i++) {
      Refused refused = (Refused) nodes.get(i % 2).decide(charges);
      assertThat(refused.retryAfter())
          .isEqualByComparingTo(i < 3 ? refused.windows().get(0).retry() : Duration.ofHours(1));
    }
    for (Decider node : nodes) {
      Refused blocked = (Refused) node.decide(charges);
      assertThat(blocked.retryAfter()).isGreaterThan(Duration.ofMinutes(59));
    }
  }

  /** 64 attempts at once on two nodes, of which one in four has the right password. */
  @Test
  void admitsNeverMoreFailedLoginsThanTheLimitOnTwoNodes() throws Exception {
    List<Decider> nodes = List.of(node(), node());
    RateLimitPolicy login = Charges.chargedWhen("login", "5/minute", ChargeWhen.FAILED);
    AtomicInteger failures = new AtomicInteger();
    CountDownLatch ready = new CountDownLatch(64);
    ExecutorService threads = Executors.newFixedThreadPool(64);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      Decider node = nodes.get(i % 2);
      boolean fails = i % 4 > 0;
      all.add(
          threads.submit(
              () -> {
                ready.countDown();
                ready.await();
                Reservation attempt = node.reserve(Charges.of(login, "c", 1));
                if (attempt.decision() instanceof Permitted) {
                  attempt.settleByStatus(fails ? 401 : 200);
                  failures.addAndGet(fails ? 1 : 0);
                }
                return null;
              }));
    }
    for (Future<?> one : all) {
      one.get();
    }
    threads.shutdown();
    assertThat(failures.get()).isBetween(1, 5);
    assertThat(nodes.get(0).peek(Charges.of(login, "c", 1)).windows().get(0).remaining())
        .isEqualTo(5 - failures.get());
  }

  @Test
  void asksRedisAtMostOnceASecondForARefusedClient() {
    Decider node = node();
    List<Charge> charges = Charges.of("1/minute; 100/hour");
    node.decide(charges);
    try (Jedis jedis = redis.connect()) {
      jedis.configResetStat();
    }
    long start = System.nanoTime();
    int refused = 0;
    while (System.nanoTime() - start < 2_500_000_000L) {
      assertThat(node.decide(charges)).isInstanceOf(Refused.class);
      refused++;
    }
    assertThat(refused).isGreaterThan(1000);
    assertThat(redis.calls("evalsha") + redis.calls("eval")).isBetween(2L, 3L);
  }

  @Test
  void asksRedisOnceForEachDecision() {
    Decider node = node();
    List<Charge> charges = Charges.of("1/minute; 100/hour; 1000/day");
    node.decide(Charges.of("1/minute", "another", 1)); // Redis knows the script from now on
    try (Jedis jedis = redis.connect()) {
      jedis.configResetStat();
    }
    assertThat(node.decide(charges)).isInstanceOf(Permitted.class);
    assertThat(redis.calls("evalsha")).isEqualTo(1);
    assertThat(node.decide(charges)).isInstanceOf(Refused.class);
    assertThat(redis.calls("evalsha")).isEqualTo(2);
    assertThat(redis.calls("eval")).isZero();
  }

  @Test
  void failsToResetWhileRedisIsDown() {
    Decider node = node();
    redis.kill();
    assertThatThrownBy(() -> node.reset(Charges.of("1/minute")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Redis at 127.0.0.1");
  }

  @Test
  void followsTheOutagePolicyUntilRedisIsBack() {
    Decider node = node();
    List<Charge> local =
        Charges.of(Charges.onOutage("local", "2/minute", OutagePolicy.LOCAL), "c", 1);
    List<Charge> open =
        Charges.of(Charges.onOutage("open", "2/minute", OutagePolicy.FAIL_OPEN), "c", 1);
    List<Charge> closed =
        Charges.of(Charges.onOutage("closed", "2/minute", OutagePolicy.FAIL_CLOSED), "c", 1);
    node.decide(local);
    redis.kill();
    assertThat(node.decide(local)).isInstanceOf(Permitted.class);
    assertThat(node.decide(local)).isInstanceOf(Permitted.class);
    assertThat(node.decide(local)).isInstanceOf(Refused.class);
    for (int i = 0; i < 5; i++) {
      assertThat(node.decide(open)).isEqualTo(new Permitted(List.of()));
      assertThat(node.decide(closed))
          .isInstanceOfSatisfying(
              Refused.class,
              refused -> assertThat(refused.reason()).isEqualTo(Reason.STORE_UNAVAILABLE));
    }
    redis.restart();
    Awaitility.await()
        .atMost(Duration.ofSeconds(3))
        .until(() -> node.decide(closed) instanceof Permitted);
    assertThat(node.decide(open).windows()).hasSize(1);
  }

  @Test
  void failsWithinTheTimeBudgetWhenRedisIsFrozen() {
    RedisConnection connection =
        new RedisConnection(redis.url(), "sluice", Duration.ofMillis(250), 8);
    connections.add(connection);
    QuotaStore store = new RedisQuotaStore(connection, "sluice");
    store.decide(Charges.of("5/minute"));
    redis.freeze();
    long start = System.nanoTime();
    assertThatThrownBy(() -> store.decide(Charges.of("5/minute")))
        .isInstanceOf(QuotaStoreException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    redis.thaw();
  }
}
