package dev.sluice.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.background.Completion.Dead;
import dev.sluice.background.Completion.Done;
import dev.sluice.background.Completion.Retry;
import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisCorruptException;
import dev.sluice.redis.RedisException;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

@Timeout(60)
@Tag("store")
class RedisTaskStoreIT extends TaskStoreContract {

  private static final String KEYS = "test:t:{default}:";
  private static RedisProcess redis;
  private static RedisConnection connection;
  private static Jedis jedis;

  private final TaskStore store =
      new RedisTaskStore(connection, "test", CAPACITY, LEASE, RETENTION, Optional.of(clock));

  @BeforeAll
  static void start() {
    redis = RedisProcess.start();
    connection = new RedisConnection(redis.url(), "test", Duration.ofSeconds(2), 4);
    jedis = redis.connect();
  }

  @AfterAll
  static void stop() {
    jedis.close();
    connection.close();
    redis.close();
  }

  @BeforeEach
  void empty() {
    jedis.flushAll();
  }

  @Override
  TaskStore store() {
    return store;
  }

  private static TaskStore largeStore() {
    return new RedisTaskStore(connection, "test", 1_000_000, LEASE, RETENTION, Optional.empty());
  }

  private static List<Submission> tasks(int count, int payloadLength, Duration delay) {
    List<Submission> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String payload = '"' + "x".repeat(payloadLength - 2) + '"';
      tasks.add(
          new Submission(
              new Task(
                  TaskId.random(),
                  "org.example.application.mail.OrderConfirmationMailer",
                  payload,
                  5,
                  Optional.empty()),
              delay));
    }
    return tasks;
  }

  @Test
  void endedTasksGoByThemselvesAfterTheRetention() {
    List<Submission> tasks = tasks(3, 10, Duration.ZERO);
    store.add(tasks, "a.1");
    Claim done = tasks.get(0).claimedBy("a.1");
    Claim dead = tasks.get(1).claimedBy("a.1");
    Claim living = tasks.get(2).claimedBy("a.1");
    store.settle(
        List.of(
            new Completion(done, new Done()),
            new Completion(dead, new Dead("no")),
            new Completion(living, new Retry(Duration.ZERO, "no"))));
    for (String key : List.of(done.task().id().value(), dead.task().id().value(), "dead")) {
      assertThat(jedis.pttl(KEYS + key))
          .isBetween(RETENTION.toMillis() - 60_000, RETENTION.toMillis());
    }
    for (String key : List.of(living.task().id().value(), "queue")) {
      assertThat(jedis.pttl(KEYS + key)).isEqualTo(-1);
    }
    assertThat(jedis.keys("*")).hasSize(5);
    jedis.pexpireAt(KEYS + done.task().id(), 1); // the retention has passed
    assertThat(store.add(tasks, "a.2")).containsExactly(done.task().id());
  }

  @Test
  void endedTasksMayGoAtOnce() {
    TaskStore forgetful =
        new RedisTaskStore(connection, "test", CAPACITY, LEASE, Duration.ZERO, Optional.of(clock));
    List<Submission> tasks = tasks(2, 10, Duration.ZERO);
    forgetful.add(tasks, "a.1");
    assertThat(
            forgetful.settle(
                List.of(
                    new Completion(tasks.get(0).claimedBy("a.1"), new Done()),
                    new Completion(tasks.get(1).claimedBy("a.1"), new Dead("no")))))
        .isEmpty();
    Awaitility.await().until(() -> jedis.keys(KEYS + "*").isEmpty());
  }

  @Test
  void allOfARequestsTasksAreOneCommandAndSoAreTheirEndings() {
    List<Submission> tasks = tasks(5, 10, Duration.ZERO);
    store.add(tasks.subList(0, 1), "a.0"); // Redis knows the scripts from here on
    store.settle(List.of(new Completion(tasks.get(0).task().id(), 1, "a.0", new Done())));
    jedis.flushDB();
    jedis.configResetStat();
    store.add(tasks, "a.1");
    assertThat(redis.calls("evalsha")).isEqualTo(1);
    store.settle(
        tasks.stream()
            .map(each -> new Completion(each.task().id(), 1, "a.1", new Done()))
            .toList());
    assertThat(redis.calls("evalsha")).isEqualTo(2);
    assertThat(redis.calls("eval")).isZero();
  }

  @Test
  void knowsForAMomentThatTheQueueIsFullWithoutAskingAgain() {
    assertThat(store.isFull()).isFalse();
    assertThatThrownBy(() -> store.add(tasks(CAPACITY + 1, 10, Duration.ZERO), "a.1"))
        .isInstanceOf(TaskRejection.class);
    assertThat(store.isFull()).isTrue();
    Awaitility.await().atMost(Duration.ofSeconds(2)).until(() -> !store.isFull());
  }

  @Test
  void aRenewalThatWasOnItsWayQueuesNothingThatHasEnded() {
    List<Submission> tasks = tasks(2, 10, Duration.ZERO);
    store.add(tasks, "a.1");
    List<Claim> claims = tasks.stream().map(task -> task.claimedBy("a.1")).toList();
    store.settle(
        List.of(
            new Completion(claims.get(0), new Done()),
            new Completion(claims.get(1), new Dead("no"))));
    assertThat(store.renew(claims)).isEmpty();
    assertThat(jedis.exists(KEYS + "queue")).isFalse();
  }

  @Test
  void whatIsNoTaskIsBuriedAndStopsNobody() {
    Submission good = tasks(1, 10, Duration.ZERO).get(0);
    store.add(List.of(good), "a.1");
    jedis.zadd(KEYS + "queue", 1, "AAAAAAAAAAAAAAAAAAAAAA");
    jedis.zadd(KEYS + "queue", 2, "BBBBBBBBBBBBBBBBBBBBBB");
    jedis.set(KEYS + "BBBBBBBBBBBBBBBBBBBBBB", "many a.1\n5  Mailer 0\n1");
    jedis.zadd(KEYS + "queue", 3, "CCCCCCCCCCCCCCCCCCCCCC");
    jedis.hset(KEYS + "CCCCCCCCCCCCCCCCCCCCCC", "not", "a string");
    clock.advance(LEASE);
    assertThat(store.claim(10, "b.1")).extracting(Claim::task).containsExactly(good.task());
    assertThat(jedis.zrange(KEYS + "dead", 0, -1)).hasSize(3);
    assertThat(jedis.zrange(KEYS + "queue", 0, -1)).containsExactly(good.task().id().value());
    TaskId hash = new TaskId("CCCCCCCCCCCCCCCCCCCCCC");
    Claim claim = new Claim(new Task(hash, "Mailer", "1", 5, Optional.empty()), 1, "a.1");
    Completion ending = new Completion(claim, new Done());
    assertThat(store.renew(List.of(claim))).containsExactly(claim);
    assertThat(store.settle(List.of(ending))).containsExactly(ending);
    assertThat(store.find(hash)).isEmpty();
  }

  /** Three in ten open the circuit breaker, and so close the queue of this node. */
  @Test
  void staysOpenWhenOneCallFails() {
    try (TcpProxy proxy = TcpProxy.to(redis.port());
        RedisConnection proxied =
            new RedisConnection(proxy.redisUrl(), "test", Duration.ofSeconds(2), 1)) {
      TaskStore proxiedStore =
          new RedisTaskStore(proxied, "test", CAPACITY, LEASE, RETENTION, Optional.of(clock));
      proxiedStore.add(tasks(1, 10, Duration.ZERO), "a.1");
      for (boolean open : List.of(true, true, false)) {
        proxy.cutAtNextReply();
        assertThatThrownBy(() -> proxiedStore.add(tasks(1, 10, Duration.ZERO), "a.1"))
            .isInstanceOf(RedisException.class);
        assertThat(proxiedStore.isAnswering()).isEqualTo(open);
      }
    }
  }

  @Test
  void saysThatTheQueueItselfIsOfAnotherRedisType() {
    jedis.set(KEYS + "queue", "what is this?");
    assertThatThrownBy(() -> store.add(tasks(1, 10, Duration.ZERO), "a.1"))
        .isInstanceOf(RedisCorruptException.class)
        .hasMessageContaining("WRONGTYPE");
    assertThat(store.isAnswering()).isTrue();
  }

  @Test
  void whatANodeClaimedLastIsForgottenWithItsLease() {
    store.add(tasks(1, 10, Duration.ZERO), "a.1");
    clock.advance(LEASE);
    assertThat(store.claim(10, "b.1")).hasSize(1);
    assertThat(jedis.pttl(KEYS + "node:b")).isBetween(1L, LEASE.toMillis());
  }

  /** Held ones take more than delayed ones, or as much. */
  @ParameterizedTest
  @ValueSource(ints = {2, 40, 200, 1000})
  void aTaskTakesAtMost500BytesBesideItsPayloadAndAClaimAsLongHoweverManyWait(int payload) {
    TaskStore large = largeStore();
    Submission due = tasks(1, payload, Duration.ZERO).get(0);
    large.add(List.of(due), "0123456789abcdef.zz");
    large.claim(16, "fedcba9876543210.zz"); // Redis knows the script from here on
    Map<String, Long> alone = callsOfAClaim(large);
    long before = usedMemory();
    int count = 100_000;
    for (int i = 0; i < count / 1000; i++) {
      Duration delay = i % 2 == 0 ? Duration.ZERO : Duration.ofHours(1);
      large.add(tasks(1000, payload, delay), "0123456789abcdef.zz" + i);
    }
    double each = (double) (usedMemory() - before) / count;
    String key = KEYS + jedis.zrange(KEYS + "queue", 1, 1).get(0);
    System.getLogger(RedisTaskStoreIT.class.getName())
        .log(
            System.Logger.Level.WARNING,
            "payload of {0} bytes: {1} in Redis for each of 100,000 tasks, MEMORY USAGE of its key {2}",
            payload,
            each,
            jedis.memoryUsage(key));
    assertThat(each).isLessThanOrEqualTo(500 + payload);
    assertThat(jedis.memoryUsage(key)).isLessThanOrEqualTo(500 + payload);
    assertThat(callsOfAClaim(large)).isEqualTo(alone);
  }

  /** The commands that a claim sends and runs, by name. */
  private static Map<String, Long> callsOfAClaim(TaskStore store) {
    jedis.configResetStat();
    assertThat(store.claim(16, "fedcba9876543210.zz" + jedis.dbSize())).isEmpty();
    Map<String, Long> calls = new TreeMap<>();
    for (String command : List.of("evalsha", "zrangebyscore", "get", "set", "zadd", "zcard")) {
      calls.put(command, redis.calls(command));
    }
    return calls;
  }

  private static long usedMemory() {
    return jedis
        .info("memory")
        .lines()
        .filter(line -> line.startsWith("used_memory:"))
        .mapToLong(line -> Long.parseLong(line.substring("used_memory:".length())))
        .sum();
  }
}
