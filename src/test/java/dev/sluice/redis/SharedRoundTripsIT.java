package dev.sluice.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Scripts of concurrent callers share a round trip, and nothing of each other's trouble. */
class SharedRoundTripsIT extends WithRedis {

  private static final RedisScript COUNT = RedisScript.of(RedisScriptIT.class, "count.lua");
  private static final int CALLERS = 9;

  /** A call and its thread. The first of several leads their round trip. */
  private static final class Call extends FutureTask<Object> {
    private final Thread thread = new Thread(this);
    private volatile boolean interrupted;

    Call(RedisConnection connection) {
      super(() -> count(connection));
    }

    @Override
    protected void done() {
      interrupted = Thread.interrupted();
    }

    void start() {
      thread.start();
      awaitState(Thread.State.TIMED_WAITING);
    }

    void awaitState(Thread.State state) {
      Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> thread.getState() == state);
    }
  }

  private static Object count(RedisConnection connection) {
    return connection.run(COUNT, List.of("n".getBytes(UTF_8)), List.of());
  }

  /** A connection that waits for others only if {@link #queue} lets it. */
  private RedisConnection patientConnection(URI url) {
    RedisConnection connection = connection(url, Duration.ofSeconds(60), 1);
    assertThat(count(connection)).isEqualTo(1L);
    return connection;
  }

  /** Has calls wait for the one connection that the pool may open. */
  private List<Call> queue(RedisConnection connection, CountDownLatch released) throws Exception {
    holdConnection(connection, released);
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      Call call = new Call(connection);
      call.start();
      calls.add(call);
    }
    return calls;
  }

  private static List<Object> replies(List<Call> calls) throws Exception {
    List<Object> replies = new ArrayList<>();
    for (Call call : calls) {
      replies.add(call.get());
    }
    return replies;
  }

  private static Object[] numbers(int first, int last) {
    return LongStream.rangeClosed(first, last).boxed().toArray();
  }

  /** How often Redis has read from a connection. */
  private long reads() {
    try (Jedis jedis = redis.connect()) {
      return jedis
          .info("stats")
          .lines()
          .filter(line -> line.startsWith("total_reads_processed:"))
          .mapToLong(line -> Long.parseLong(line.replaceFirst(".*:", "").strip()))
          .sum();
    }
  }

  @Test
  void concurrentCallsTakeOneRoundTrip() throws Exception {
    RedisConnection connection = patientConnection(redis.url());
    CountDownLatch released = new CountDownLatch(1);
    List<Call> calls = queue(connection, released);
    long before = reads();
    long ownReads = reads() - before;
    released.countDown();
    assertThat(replies(calls)).containsExactlyInAnyOrder(numbers(2, CALLERS + 1));
    assertThat(reads() - before - 2 * ownReads).isEqualTo(1);
  }

  @Test
  void aScriptThatRedisDoesNotKnowIsSentOnce() throws Exception {
    RedisConnection connection = patientConnection(redis.url());
    CountDownLatch released = new CountDownLatch(1);
    List<Call> calls = queue(connection, released);
    try (Jedis jedis = redis.connect()) {
      jedis.scriptFlush();
      jedis.configResetStat();
    }
    released.countDown();
    assertThat(replies(calls)).containsExactlyInAnyOrder(numbers(2, CALLERS + 1));
    assertThat(redis.calls("eval")).isEqualTo(1);
  }

  /** One lost connection is no reason to leave Redis alone, however many shared it. */
  @Test
  void aLostConnectionFailsItsCallsOnceAndRepeatsNone() throws Exception {
    RedisConnection connection = patientConnection(proxy.redisUrl());
    CountDownLatch released = new CountDownLatch(1);
    List<Call> calls = queue(connection, released);
    proxy.cutAtNextReply();
    released.countDown();
    for (Call call : calls) {
      assertThatThrownBy(call::get).hasCauseInstanceOf(RedisUnavailableException.class);
    }
    assertThat(connection.isAvailable()).isTrue();
    assertThat(count(connection)).isEqualTo(CALLERS + 2L);
    assertThat(logged).isEmpty();
  }

  @Test
  void anErrorIsThatOfItsOwnCall() throws Exception {
    RedisScript wrong = RedisScript.of(FaultlessIT.class, "wrong.lua");
    RedisConnection connection = patientConnection(redis.url());
    CountDownLatch released = new CountDownLatch(1);
    List<Call> calls = queue(connection, released);
    FutureTask<Object> mistaken =
        new FutureTask<>(() -> connection.run(wrong, List.of("a".getBytes(UTF_8)), List.of()));
    Thread thread = new Thread(mistaken);
    thread.start();
    Awaitility.await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
    released.countDown();
    assertThatThrownBy(mistaken::get).cause().isExactlyInstanceOf(RedisException.class);
    assertThat(replies(calls)).containsExactlyInAnyOrder(numbers(2, CALLERS + 1));
  }

  @Test
  void anInterruptOfTheLeaderDoesNoHarmToOthers() throws Exception {
    RedisConnection connection = patientConnection(redis.url());
    CountDownLatch released = new CountDownLatch(1);
    List<Call> calls = queue(connection, released);
    redis.freeze();
    released.countDown();
    Call leader = calls.get(0);
    leader.awaitState(Thread.State.RUNNABLE); // it waits for the reply
    leader.thread.interrupt();
    redis.thaw();
    assertThat(replies(calls)).containsExactlyInAnyOrder(numbers(2, CALLERS + 1));
    leader.thread.join();
    assertThat(leader.interrupted).isTrue();
  }

  @Test
  void aLeaderThatIsInterruptedBeforeItsTripHandsOn() throws Exception {
    RedisConnection connection = patientConnection(redis.url());
    CountDownLatch released = new CountDownLatch(1);
    List<Call> calls = queue(connection, released);
    Call leader = calls.remove(0);
    leader.thread.interrupt();
    assertThatThrownBy(leader::get).cause().hasMessageContaining("interrupted");
    released.countDown();
    assertThat(replies(calls)).containsExactlyInAnyOrder(numbers(2, CALLERS));
  }

  @Test
  void aWaitingCallThatIsInterruptedIsNeverRun() throws Exception {
    RedisConnection connection = patientConnection(redis.url());
    CountDownLatch released = new CountDownLatch(1);
    List<Call> calls = queue(connection, released);
    Call waiting = calls.remove(4);
    waiting.thread.interrupt();
    assertThatThrownBy(waiting::get).cause().hasMessageContaining("interrupted");
    released.countDown();
    assertThat(replies(calls)).containsExactlyInAnyOrder(numbers(2, CALLERS));
  }

  @Test
  void eachCallEndsWithinItsOwnBudget() throws Exception {
    RedisConnection connection = usedConnection(redis.url());
    redis.freeze();
    inThreads(
        CALLERS,
        () -> {
          assertUnavailableWithinTheBudget(() -> count(connection));
          return null;
        });
    redis.thaw();
    assertBack(connection);
  }

  /**
   * The reply of the first is lost without a sign; its caller waits for it until its budget ends.
   */
  @Test
  void aTripThatTakesLongHoldsUpNobodyElse() throws Exception {
    RedisConnection connection = connection(proxy.redisUrl(), Duration.ofSeconds(20), 2);
    assertThat(count(connection)).isEqualTo(1L);
    proxy.swallow(true);
    Call lost = new Call(connection);
    lost.thread.start();
    try (Jedis jedis = redis.connect()) {
      Awaitility.await().until(() -> "2".equals(jedis.get("n")));
    }
    proxy.swallow(false);
    assertThat(count(connection)).isEqualTo(3L);
    assertThat(count(connection)).isEqualTo(4L);
    assertThat(lost.isDone()).isFalse();
    proxy.cut();
    assertThatThrownBy(lost::get).isInstanceOf(ExecutionException.class);
  }
}
