package dev.sluice.background;

import static dev.sluice.background.TaskStatus.State.DONE;
import static dev.sluice.background.TaskStatus.State.PENDING;
import static dev.sluice.background.TaskStatus.State.RUNNING;
import static dev.sluice.background.TestTasks.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.execution.TrackedExecutor;
import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.SettableClock;
import dev.sluice.testing.StoreTest;
import dev.sluice.testing.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** A node on a real Redis that it reaches through a proxy, and on a clock that the test sets. */
@Timeout(60)
@StoreTest
class RedisNodeIT {

  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final String QUEUE = "test:tasks:{default}:queue";

  private final SettableClock clock = new SettableClock();
  private final RedisProcess redis = RedisProcess.start();
  private final TcpProxy proxy = TcpProxy.to(redis.port());
  private final RedisConnection connection =
      new RedisConnection(proxy.redisUrl(), "test", Duration.ofMillis(250), 8);
  private final TaskStore store = store(connection);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final TrackedExecutor executor = new TrackedExecutor(threads, 16, 100, Duration.ZERO);
  private final List<String> ran = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void stop() {
    threads.shutdownNow();
    connection.close();
    proxy.close();
    redis.close();
  }

  private TaskStore store(RedisConnection through) {
    return new RedisTaskStore(through, "test", TestTasks.settings(1000, LEASE), Optional.of(clock));
  }

  private TaskRunner node(TaskInvoker invoker) {
    return new TaskRunner(recording, executor, invoker, clock);
  }

  /** Notes among what ran when a task is handed back. */
  private final TaskStore recording =
      new ForwardingStore(store) {
        @Override
        public NotApplied<Completion> settle(List<Completion> completions) {
          completions.stream()
              .filter(each -> each.outcome() instanceof Completion.HandBack)
              .forEach(each -> ran.add("handed back"));
          return super.settle(completions);
        }
      };

  private void awaitDone(Submission task) {
    Awaitility.await()
        .until(() -> store.find(task.id()).map(TaskStatus::state).filter(DONE::equals).isPresent());
  }

  @Test
  void addsAgainWhatAFailoverHasLost() throws InterruptedException {
    try (RedisProcess next = redis.startReplica();
        Jedis jedis = next.connect()) {
      jedis.replicaofNoOne(); // it does not learn of the tasks
      CountDownLatch running = new CountDownLatch(1);
      CountDownLatch end = new CountDownLatch(1);
      TaskRunner node =
          node(
              (task, payload, context) -> {
                running.countDown();
                end.await();
              });
      Submission waits = task("waits for its response");
      Submission runs = task("runs");
      List<Lease> held = List.copyOf(node.add(List.of(waits, runs)).values());
      node.release(held.subList(1, 2));
      running.await();
      proxy.moveTo(next.port());
      proxy.cut();
      assertThat(jedis.exists(QUEUE)).isFalse();
      clock.advance(LEASE.dividedBy(3));
      node.tick();
      assertThat(jedis.zrange(QUEUE, 0, -1))
          .containsExactlyInAnyOrder(waits.id().value(), runs.id().value());
      clock.advance(LEASE.minusMillis(1));
      assertThat(store.claim(10, "other.1")).isEmpty(); // they are held as before
      end.countDown();
      awaitDone(runs);
      node.tick();
      node.release(held.subList(0, 1));
      awaitDone(waits);
    }
  }

  @Test
  void addsAgainWhatIsRunningWhenRedisHasLostEverything() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    TaskRunner node =
        node(
            (task, payload, context) -> {
              running.countDown();
              end.await();
            });
    Submission task = task("1");
    node.release(List.copyOf(node.add(List.of(task)).values()));
    running.await();
    redis.kill();
    redis.restart();
    clock.advance(LEASE.dividedBy(3));
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              node.tick();
              return store.isAvailable() && store.find(task.id()).isPresent();
            });
    assertThat(store.find(task.id()).orElseThrow().state()).isEqualTo(RUNNING);
    end.countDown();
    awaitDone(task);
  }

  @Test
  void interruptsWhatRunsAtTheEndOfTheDrainAndHandsItBackAfterItsEndAtNoCost()
      throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    TaskRunner node =
        node(
            (task, payload, context) -> {
              running.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                ran.add("ended");
              }
            });
    Submission task = task("1", TaskOptions.defaults().withMaxAttempts(1));
    node.release(List.copyOf(node.add(List.of(task)).values()));
    running.await();
    new TaskDispatcher(node, node, executor).stop(Duration.ofMillis(100));
    assertThat(ran).containsExactly("ended", "handed back");
    TaskStatus after = store.find(task.id()).orElseThrow();
    assertThat(after.state()).isEqualTo(PENDING);
    assertThat(after.attempts()).isZero();
    assertThat(store.claim(10, "other.1"))
        .singleElement()
        .satisfies(lease -> assertThat(lease.attempt()).isEqualTo(1));
  }

  /** Together they take longer than a call may; one by one each is there in time. */
  @Test
  void runsTasksOfTwoMegabytesAtTheirFirstAttemptWhereRedisSends100MegabytesASecond() {
    String payload = "x".repeat(2_000_000);
    List<Submission> tasks =
        Stream.generate(() -> task(payload, TaskOptions.defaults().withMaxAttempts(1)))
            .limit(16)
            .toList();
    try (RedisConnection fast =
        new RedisConnection(redis.url(), "test", Duration.ofSeconds(5), 1)) {
      store(fast).add(tasks, "dead.1");
    }
    clock.advance(LEASE);
    proxy.throttle(100_000_000);
    TaskRunner node =
        node((task, text, context) -> ran.add(text.length() + "#" + context.attempt()));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              node.tick();
              return ran.size() == tasks.size();
            });
    tasks.forEach(this::awaitDone);
    assertThat(ran).containsOnly("2000000#1");
  }
}
