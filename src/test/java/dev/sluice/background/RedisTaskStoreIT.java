package dev.sluice.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.background.Ending.Done;
import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

  private static List<NewTask> tasks(int count, int payloadLength, Duration delay) {
    List<NewTask> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String payload = '"' + "x".repeat(payloadLength - 2) + '"';
      tasks.add(
          new NewTask(
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
    NewTask task = tasks(1, 10, Duration.ZERO).get(0);
    store.add(List.of(task), "a.1");
    assertThat(jedis.pttl(KEYS + task.task().id())).isEqualTo(-1);
    store.settle(List.of(new Ending(task.task().id(), 1, "a.1", new Done())));
    assertThat(jedis.pttl(KEYS + task.task().id()))
        .isBetween(RETENTION.toMillis() - 60_000, RETENTION.toMillis());
    assertThat(jedis.keys("*")).containsExactly(KEYS + task.task().id());
  }

  @Test
  void allOfARequestsTasksAreOneCommandAndSoAreTheirEndings() {
    List<NewTask> tasks = tasks(5, 10, Duration.ZERO);
    store.add(tasks.subList(0, 1), "a.0"); // Redis knows the scripts from here on
    store.settle(List.of(new Ending(tasks.get(0).task().id(), 1, "a.0", new Done())));
    jedis.flushDB();
    jedis.configResetStat();
    store.add(tasks, "a.1");
    assertThat(redis.calls("evalsha")).isEqualTo(1);
    store.settle(
        tasks.stream().map(each -> new Ending(each.task().id(), 1, "a.1", new Done())).toList());
    assertThat(redis.calls("evalsha")).isEqualTo(2);
    assertThat(redis.calls("eval")).isZero();
  }

  @Test
  void knowsForAMomentThatTheQueueIsFullWithoutAskingAgain() {
    assertThat(store.isFull()).isFalse();
    assertThatThrownBy(() -> store.add(tasks(CAPACITY + 1, 10, Duration.ZERO), "a.1"))
        .isInstanceOf(TaskRefusal.class);
    assertThat(store.isFull()).isTrue();
    Awaitility.await().atMost(Duration.ofSeconds(2)).until(() -> !store.isFull());
  }

  @Test
  void aClaimDoesNotLookAtWhatIsNotDue() {
    TaskStore large = largeStore();
    for (int i = 0; i < 200; i++) {
      large.add(tasks(500, 10, Duration.ofHours(1)), "a." + i);
    }
    large.claim(16, "b.1");
    jedis.configResetStat();
    large.claim(16, "b.2");
    assertThat(redis.calls("evalsha")).isEqualTo(1);
    assertThat(redis.calls("zrangebyscore")).isEqualTo(1);
    assertThat(redis.calls("hmget")).isZero();
  }

  @Test
  void whatIsNoTaskIsBuriedAndStopsNobody() {
    NewTask good = tasks(1, 10, Duration.ZERO).get(0);
    store.add(List.of(good), "a.1");
    jedis.zadd(KEYS + "queue", 1, "AAAAAAAAAAAAAAAAAAAAAA");
    jedis.zadd(KEYS + "queue", 2, "BBBBBBBBBBBBBBBBBBBBBB");
    jedis.set(KEYS + "BBBBBBBBBBBBBBBBBBBBBB", "not a hash");
    jedis.zadd(KEYS + "queue", 3, "CCCCCCCCCCCCCCCCCCCCCC");
    jedis.hset(KEYS + "CCCCCCCCCCCCCCCCCCCCCC", "c", "many");
    clock.advance(LEASE);
    assertThat(store.claim(10, "b.1")).extracting(Claim::task).containsExactly(good.task());
    assertThat(jedis.zrange(KEYS + "dead", 0, -1)).hasSize(3);
    assertThat(jedis.zrange(KEYS + "queue", 0, -1)).containsExactly(good.task().id().value());
  }

  @Test
  void aWaitingTaskTakesAtMost500BytesBesideItsPayload() {
    TaskStore large = largeStore();
    int count = 16_000;
    for (int payload : new int[] {40, 200}) {
      jedis.flushAll();
      long before = usedMemory();
      for (int i = 0; i < count / 500; i++) {
        large.add(tasks(500, payload, Duration.ofHours(1)), "0123456789abcdef.zz" + i);
      }
      long each = (usedMemory() - before) / count - payload;
      assertThat(each).as("payload of %d", payload).isLessThanOrEqualTo(500);
    }
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
