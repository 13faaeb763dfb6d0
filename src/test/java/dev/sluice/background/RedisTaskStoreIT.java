package dev.sluice.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.background.Completion.Dead;
import dev.sluice.background.Completion.Done;
import dev.sluice.background.Completion.Outcome;
import dev.sluice.background.Completion.Retry;
import dev.sluice.redis.RedisConnection;
import dev.sluice.redis.RedisCorruptException;
import dev.sluice.redis.RedisException;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.StoreTest;
import dev.sluice.testing.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

@Timeout(60)
@StoreTest
class RedisTaskStoreIT extends TaskStoreContract {

  private static final String KEYS = "test:tasks:{default}:";
  private static RedisProcess redis;
  private static RedisConnection connection;
  private static Jedis jedis;

  private final TaskStore store =
      new RedisTaskStore(connection, "test", SETTINGS, Optional.of(clock));

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
    return new RedisTaskStore(
        connection, "test", TestTasks.settings(1_000_000, LEASE), Optional.empty());
  }

  private static List<Submission> tasks(int count, int payloadLength, Duration delay) {
    String payload = '"' + "x".repeat(payloadLength - 2) + '"';
    return Stream.generate(
            () ->
                TestTasks.task(
                    "org.example.application.mail.OrderConfirmationMailer",
                    payload,
                    TaskOptions.defaults().withDelay(delay)))
        .limit(count)
        .toList();
  }

  private static List<Completion> completions(List<Submission> tasks, Outcome... outcomes) {
    List<Completion> completions = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      completions.add(new Completion(tasks.get(i).lease("a.1"), outcomes[i % outcomes.length]));
    }
    return completions;
  }

  private static String key(Submission task) {
    return KEYS + task.id();
  }

  @Test
  void forgetsEndedTasksAfterTheirRetention() {
    List<Submission> tasks = tasks(3, 10, Duration.ZERO);
    Submission done = tasks.get(0);
    Submission dead = tasks.get(1);
    Submission living = tasks.get(2);
    store.add(tasks, "a.1");
    store.settle(completions(tasks, new Done(), new Dead("no"), new Retry(Duration.ZERO, "no")));
    assertThat(jedis.pttl(key(done))).isBetween(3_540_000L, 3_600_000L);
    for (String key : List.of(key(dead), key(dead) + ":p", KEYS + "dead")) {
      assertThat(jedis.pttl(key)).isBetween(604_740_000L, 604_800_000L);
    }
    for (String key : List.of(key(living), key(living) + ":p", KEYS + "queue")) {
      assertThat(jedis.pttl(key)).isEqualTo(-1);
    }
    assertThat(jedis.keys("*")).hasSize(7);
  }

  @Test
  void keepsNothingOfEndedTasksWithoutRetention() {
    TaskStore forgetful =
        new RedisTaskStore(
            connection,
            "test",
            new TaskStoreSettings(CAPACITY, LEASE, Duration.ZERO, Duration.ZERO),
            Optional.of(clock));
    List<Submission> tasks = tasks(2, 10, Duration.ZERO);
    forgetful.add(tasks, "a.1");
    assertThat(forgetful.settle(completions(tasks, new Done(), new Dead("no"))))
        .isEqualTo(NotApplied.none());
    assertThat(jedis.keys(KEYS + "*")).isEmpty();
  }

  @Test
  void addsAndEndsTheTasksOfARequestWithOneCommandEach() {
    List<Submission> tasks = tasks(5, 10, Duration.ZERO);
    store.add(tasks.subList(0, 1), "a.1"); // Redis knows the scripts from here on
    store.settle(completions(tasks.subList(0, 1), new Done()));
    jedis.flushDB();
    jedis.configResetStat();
    store.add(tasks, "a.1");
    assertThat(redis.calls("evalsha")).isEqualTo(1);
    store.settle(completions(tasks, new Done()));
    assertThat(redis.calls("evalsha")).isEqualTo(2);
    assertThat(redis.calls("eval")).isZero();
  }

  @Test
  void addsAndRestoresThousandsWithOneCall() {
    List<Submission> tasks = tasks(5_000, 10, Duration.ZERO);
    assertThat(largeStore().add(tasks, "a.1")).hasSize(5_000);
    jedis.flushAll();
    largeStore().restore(tasks.stream().map(task -> task.lease("a.1")).toList());
    assertThat(jedis.zcard(KEYS + "queue")).isEqualTo(5_000);
  }

  @Test
  void findsATaskWithOneCommand() {
    TaskId id = tasks(1, 10, Duration.ZERO).get(0).id();
    store.find(id); // Redis knows the script from here on
    jedis.configResetStat();
    store.find(id);
    assertThat(redis.calls("evalsha")).isEqualTo(1);
  }

  @Test
  void countsHoweverManyTasksWithOneCommandThatLooksAt2000() {
    TaskStore large = largeStore();
    large.depths(); // Redis knows the script from here on
    large.add(tasks(2_500, 10, Duration.ofHours(1)), "a.1");
    jedis.configResetStat();
    TaskDepths depths = large.depths();
    assertThat(redis.calls("evalsha")).isEqualTo(1);
    assertThat(depths.queued()).isEqualTo(2_500);
    assertThat(depths.isComplete()).isFalse();
    assertThat(depths.byHandler().values())
        .singleElement()
        .satisfies(depth -> assertThat(depth.delayed()).isEqualTo(2_000));
  }

  @Test
  void revivesThousandsOfDeadTasksOfAHandlerInSeveralCalls() {
    TaskStore large = largeStore();
    List<Submission> tasks = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      String handler = i % 3 == 0 ? "org.example.Other" : "org.example.Mailer";
      tasks.add(TestTasks.task(handler, "1", TaskOptions.defaults()));
    }
    large.add(tasks, "a.1");
    large.settle(completions(tasks, new Dead("no route")));
    assertThat(large.discardAll("org.example.Mailer")).isEqualTo(2_000);
    assertThat(jedis.zcard(KEYS + "dead")).isEqualTo(1_000);
    assertThat(large.requeueAll("org.example.Other")).isEqualTo(1_000);
    assertThat(large.claim(1, "b.1")).hasSize(1);
  }

  @Test
  void movesNoPayloadAfterAdding() {
    List<Submission> tasks = tasks(1, 100_000, Duration.ZERO);
    store.add(tasks, "a.1");
    long before = redisBytes();
    store.settle(completions(tasks, new Retry(Duration.ZERO, "no")));
    Lease second = store.claim(1, "a.1").get(0);
    store.renew(List.of(second));
    store.settle(List.of(new Completion(second, new Done())));
    assertThat(redisBytes() - before).isLessThan(20_000);
  }

  private static long redisBytes() {
    return jedis
        .info("stats")
        .lines()
        .filter(line -> line.startsWith("total_net_"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
        .sum();
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
  void queuesNothingThatEndedWhileItsRenewalWasOnItsWay() {
    List<Submission> tasks = tasks(2, 10, Duration.ZERO);
    store.add(tasks, "a.1");
    store.settle(completions(tasks, new Done(), new Dead("no")));
    assertThat(store.renew(tasks.stream().map(task -> task.lease("a.1")).toList()))
        .isEqualTo(NotApplied.none());
    assertThat(jedis.exists(KEYS + "queue")).isFalse();
  }

  @Test
  void movesMalformedEntriesToTheDeadAndContinues() {
    Submission good = tasks(1, 10, Duration.ZERO).get(0);
    store.add(List.of(good), "a.1");
    jedis.zadd(KEYS + "queue", 1, "AAAAAAAAAAAAAAAAAAAAAA");
    jedis.zadd(KEYS + "queue", 2, "BBBBBBBBBBBBBBBBBBBBBB");
    jedis.set(KEYS + "BBBBBBBBBBBBBBBBBBBBBB", "1 a.1 many w 5 - 0 2 Mailer");
    jedis.zadd(KEYS + "queue", 3, "CCCCCCCCCCCCCCCCCCCCCC");
    jedis.hset(KEYS + "CCCCCCCCCCCCCCCCCCCCCC", "not", "a string");
    clock.advance(LEASE);
    assertThat(store.claim(10, "b.1")).extracting(Lease::id).containsExactly(good.id());
    assertThat(jedis.zrange(KEYS + "dead", 0, -1)).hasSize(3);
    assertThat(jedis.zrange(KEYS + "queue", 0, -1)).containsExactly(good.id().value());
    Submission like = tasks(1, 10, Duration.ZERO).get(0);
    Task hash =
        new Task(
            new TaskId("CCCCCCCCCCCCCCCCCCCCCC"),
            "Mailer",
            5,
            Optional.empty(),
            like.task().added(),
            1);
    Lease lease = new Lease(hash, 1, "a.1");
    Completion completion = new Completion(lease, new Done());
    assertThat(store.renew(List.of(lease)).taken()).containsExactly(lease);
    assertThat(store.settle(List.of(completion)).taken()).containsExactly(completion);
  }

  /** Three in ten open the circuit breaker, and so close the queue of this node. */
  @Test
  void staysOpenWhenOneCallFails() {
    try (TcpProxy proxy = TcpProxy.to(redis.port());
        RedisConnection proxied =
            new RedisConnection(proxy.redisUrl(), "test", Duration.ofSeconds(2), 1)) {
      TaskStore proxiedStore = new RedisTaskStore(proxied, "test", SETTINGS, Optional.of(clock));
      proxiedStore.add(tasks(1, 10, Duration.ZERO), "a.1");
      for (boolean open : List.of(true, true, false)) {
        proxy.cutAtNextReply();
        assertThatThrownBy(() -> proxiedStore.add(tasks(1, 10, Duration.ZERO), "a.1"))
            .isInstanceOf(RedisException.class);
        assertThat(proxiedStore.isAvailable()).isEqualTo(open);
      }
    }
  }

  @Test
  void saysThatTheQueueItselfIsOfAnotherRedisType() {
    jedis.set(KEYS + "queue", "what is this?");
    assertThatThrownBy(() -> store.add(tasks(1, 10, Duration.ZERO), "a.1"))
        .isInstanceOf(RedisCorruptException.class)
        .hasMessageContaining("WRONGTYPE");
    assertThat(store.isAvailable()).isTrue();
  }

  @Test
  void leavesTasksOfALaterFormatToNodesThatReadIt() {
    jedis.zadd(KEYS + "queue", 1, "AAAAAAAAAAAAAAAAAAAAAA");
    jedis.set(KEYS + "AAAAAAAAAAAAAAAAAAAAAA", "2 whatever");
    assertThat(store.claim(10, "b.1")).isEmpty();
    assertThat(jedis.zscore(KEYS + "queue", "AAAAAAAAAAAAAAAAAAAAAA"))
        .isEqualTo(clock.millis() + 60_000);
    assertThat(jedis.get(KEYS + "AAAAAAAAAAAAAAAAAAAAAA")).isEqualTo("2 whatever");
  }

  @Test
  void forgetsWhatANodeClaimedLastWithItsLease() {
    store.add(tasks(1, 10, Duration.ZERO), "a.1");
    clock.advance(LEASE);
    assertThat(store.claim(10, "b.1")).hasSize(1);
    assertThat(jedis.pttl(KEYS + "node:b")).isBetween(1L, LEASE.toMillis());
  }

  /** Held ones take more than delayed ones, or as much. */
  @ParameterizedTest
  @ValueSource(ints = {2, 40, 200, 1000})
  void takesAtMost500BytesBesideThePayloadAndAClaimAsLongHoweverManyWait(int payload) {
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
    assertThat(callsOfAClaim(large)).isEqualTo(alone);
  }

  /** The commands that a claim sends and runs, by name. */
  private static Map<String, Long> callsOfAClaim(TaskStore store) {
    jedis.configResetStat();
    assertThat(store.claim(16, "fedcba9876543210.zz" + jedis.dbSize())).isEmpty();
    Map<String, Long> calls = new TreeMap<>();
    for (String command :
        List.of("evalsha", "zrangebyscore", "mget", "mset", "get", "set", "zadd", "zcard")) {
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
