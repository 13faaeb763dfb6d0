package dev.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.RedisProcess;
import java.net.URI;
import java.text.MessageFormat;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

class InvalidationListenerIT extends WithRedis {

  private static final String PREFIX = "sluice:c:";

  /** What a listener reported, in order. */
  private static final class Reports implements Invalidations {
    private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();

    @Override
    public void listening() {
      queue.add("listening");
    }

    @Override
    public void changed(String key) {
      queue.add("changed " + key);
    }

    @Override
    public void flushed() {
      queue.add("flushed");
    }

    @Override
    public void disconnected() {
      queue.add("disconnected");
    }

    String next() throws InterruptedException {
      return String.valueOf(queue.poll(10, TimeUnit.SECONDS));
    }
  }

  private final Reports reports = new Reports();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Logger log = Logger.getLogger(InvalidationListener.class.getName());
  private final Handler recorder =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          String text = MessageFormat.format(line.getMessage(), line.getParameters());
          lines.add(line.getLevel() + " " + text);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void record() {
    log.setLevel(Level.INFO);
    log.addHandler(recorder);
    log.setUseParentHandlers(false);
  }

  @AfterEach
  void endThreads() throws InterruptedException {
    log.removeHandler(recorder);
    threads.shutdownNow();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  private static RedisServer server(URI url) {
    return new RedisServer(RedisUrl.parse(url.toString()), RedisServer.Login.BY_URL);
  }

  private InvalidationListener listen(URI url) {
    InvalidationListener listener = new InvalidationListener(server(url), PREFIX, reports);
    threads.execute(listener);
    return listener;
  }

  private void set(String key) {
    try (Jedis jedis = redis.connect()) {
      jedis.set(key, "value");
    }
  }

  @Test
  void reportsWritesDeletionsExpiryAndFlushOfKeysWithThePrefix() throws Exception {
    listen(redis.url());
    assertThat(reports.next()).isEqualTo("listening");
    try (Jedis jedis = redis.connect()) {
      jedis.set("other", "value");
      jedis.set("sluice:c:a", "value");
      assertThat(reports.next()).isEqualTo("changed sluice:c:a");
      jedis.hset("sluice:c:h", "field", "value");
      assertThat(reports.next()).isEqualTo("changed sluice:c:h");
      jedis.mset("sluice:c:b", "1", "sluice:c:c", "2");
      assertThat(List.of(reports.next(), reports.next()))
          .containsExactlyInAnyOrder("changed sluice:c:b", "changed sluice:c:c");
      jedis.del("sluice:c:a");
      assertThat(reports.next()).isEqualTo("changed sluice:c:a");
      jedis.set("sluice:c:e", "value", SetParams.setParams().px(20));
      assertThat(reports.next()).isEqualTo("changed sluice:c:e");
      assertThat(reports.next()).isEqualTo("changed sluice:c:e");
      jedis.flushAll();
      assertThat(reports.next()).isEqualTo("flushed");
      jedis.set("sluice:c:a", "value");
      assertThat(reports.next()).isEqualTo("changed sluice:c:a");
    }
  }

  @Test
  void staysConnectedWhileNothingChanges() throws Exception {
    listen(redis.url());
    assertThat(reports.next()).isEqualTo("listening");
    long before = redis.calls("ping");
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> redis.calls("ping") > before + 2);
    set("sluice:c:a");
    assertThat(reports.next()).isEqualTo("changed sluice:c:a");
  }

  @Test
  void reportsALostConnectionAndConnectsAgain() throws Exception {
    listen(proxy.redisUrl());
    assertThat(reports.next()).isEqualTo("listening");
    proxy.cut();
    assertThat(reports.next()).isEqualTo("disconnected");
    assertThat(reports.next()).isEqualTo("listening");
    set("sluice:c:a");
    assertThat(reports.next()).isEqualTo("changed sluice:c:a");
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).startsWith("INFO").contains("no longer reports changes");
    assertThat(lines.get(1)).startsWith("INFO").contains("reports changes again");
  }

  @Test
  void noticesWithinItsBoundThatNothingArrives() throws Exception {
    listen(proxy.redisUrl());
    assertThat(reports.next()).isEqualTo("listening");
    proxy.swallow(true);
    long start = System.nanoTime();
    assertThat(reports.next()).isEqualTo("disconnected");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isLessThan(InvalidationListener.SILENCE.multipliedBy(3));
    proxy.swallow(false);
    assertThat(reports.next()).isEqualTo("listening");
  }

  @Test
  void noticesThatAMessageArrivesByteByByteWithoutEnd() throws Exception {
    listen(proxy.redisUrl());
    assertThat(reports.next()).isEqualTo("listening");
    proxy.delay(Duration.ofMillis(300));
    proxy.drip(true);
    set("sluice:c:a");
    assertThat(reports.next()).isEqualTo("disconnected");
  }

  @Test
  void listensAgainAfterRedisWasKilled() throws Exception {
    listen(redis.url());
    assertThat(reports.next()).isEqualTo("listening");
    redis.kill();
    assertThat(reports.next()).isEqualTo("disconnected");
    redis.restart();
    assertThat(reports.next()).isEqualTo("listening");
  }

  @Test
  void listensAgainAfterRedisWasFrozen() throws Exception {
    listen(redis.url());
    assertThat(reports.next()).isEqualTo("listening");
    redis.freeze();
    assertThat(reports.next()).isEqualTo("disconnected");
    redis.thaw();
    assertThat(reports.next()).isEqualTo("listening");
  }

  @Test
  void startsWhenRedisDoes() throws Exception {
    RedisProcess later = opened(RedisProcess.stopped());
    listen(later.url());
    later.restart();
    assertThat(reports.next()).isEqualTo("listening");
    assertThat(lines).isEmpty();
  }

  @Test
  void logsOnceThatTrackingIsNotPermitted() throws Exception {
    try (Jedis jedis = redis.connect()) {
      jedis.aclSetUser(
          "guest", "on", ">secret", "~*", "+@all", "-client", "+client|id", "+client|setname");
    }
    InvalidationListener listener =
        listen(URI.create("redis://guest:secret@127.0.0.1:" + redis.port()));
    Awaitility.await().until(() -> !lines.isEmpty());
    assertThat(listener.stop(Duration.ofSeconds(5))).isTrue();
    assertThat(reports.queue).isEmpty();
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0)).startsWith("WARNING").contains("NOPERM", "CLIENT TRACKING");
  }

  @Test
  void needsPermissionForTheChannel() throws Exception {
    try (Jedis jedis = redis.connect()) {
      jedis.aclSetUser("guest", "on", ">secret", "~*", "+@all", "resetchannels");
    }
    URI url = URI.create("redis://guest:secret@127.0.0.1:" + redis.port());
    InvalidationListener refused = listen(url);
    Awaitility.await().until(() -> !lines.isEmpty());
    assertThat(lines.get(0)).startsWith("WARNING").contains("NOPERM");
    refused.stop(Duration.ofSeconds(5));
    try (Jedis jedis = redis.connect()) {
      jedis.aclSetUser("guest", "&__redis__:invalidate");
    }
    listen(url);
    assertThat(reports.next()).isEqualTo("listening");
  }

  @Test
  void logsInWithAPassword() throws Exception {
    RedisProcess secured = opened(RedisProcess.start("--requirepass", "s3cr3t"));
    listen(secured.url());
    assertThat(reports.next()).isEqualTo("listening");
  }

  @Test
  void stopEndsTheThreadAndTheConnection() throws Exception {
    InvalidationListener listener = new InvalidationListener(server(redis.url()), PREFIX, reports);
    Future<?> running = threads.submit(listener);
    assertThat(reports.next()).isEqualTo("listening");
    assertThat(redis.connections("sluice-listener")).hasSize(1);
    assertThat(listener.stop(Duration.ofSeconds(5))).isTrue();
    running.get(5, TimeUnit.SECONDS);
    assertThat(reports.next()).isEqualTo("disconnected");
    Awaitility.await().until(() -> redis.connections("sluice-listener").isEmpty());
    assertThat(lines).isEmpty();
  }

  @Test
  void stopLeavesNoInterruptToTheThread() throws Exception {
    ExecutorService one = Executors.newSingleThreadExecutor();
    InvalidationListener listener = new InvalidationListener(server(redis.url()), PREFIX, reports);
    one.execute(listener);
    assertThat(reports.next()).isEqualTo("listening");
    listener.stop(Duration.ofSeconds(5));
    assertThat(one.submit(() -> Thread.currentThread().isInterrupted()).get(5, TimeUnit.SECONDS))
        .isFalse();
    one.shutdown();
  }

  @Test
  void doesNotBeginAfterStop() {
    InvalidationListener listener = new InvalidationListener(server(redis.url()), PREFIX, reports);
    assertThat(listener.stop(Duration.ofSeconds(5))).isTrue();
    listener.run();
    assertThat(reports.queue).isEmpty();
  }

  @Test
  void anInterruptByTheContainerEndsIt() throws Exception {
    Future<?> running =
        threads.submit(new InvalidationListener(server(redis.url()), PREFIX, reports), "ended");
    assertThat(reports.next()).isEqualTo("listening");
    running.cancel(true);
    assertThat(reports.next()).isEqualTo("disconnected");
    threads.shutdown();
    assertThat(threads.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
  }
}
