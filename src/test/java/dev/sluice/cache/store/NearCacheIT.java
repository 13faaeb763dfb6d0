package dev.sluice.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.store.Lookup.Hit;
import dev.sluice.cache.store.Lookup.Miss;
import dev.sluice.redis.InvalidationListener;
import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.SettableClock;
import dev.sluice.testing.StoreTest;
import dev.sluice.testing.TcpProxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;

/** Two nodes on one Redis; the second one's listener is connected through a proxy. */
@StoreTest
@Timeout(120)
class NearCacheIT {

  private static final EntryKey KEY = Entries.key("products", "7", "json");
  private static final String TAG = Entries.hash("tag");
  private static final String OTHER_TAG = Entries.hash("other");
  private static final RedisKeys NAMES = new RedisKeys("sluice");
  private static final Duration MAX_AGE = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofSeconds(5);

  private final SettableClock clock = new SettableClock();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Node> nodes = new ArrayList<>();
  private RedisProcess redis;
  private TcpProxy proxy;
  private Node a;
  private Node b;

  /** A node's cache, as {@code Caches} opens it. */
  private final class Node {
    final RedisConnection connection =
        new RedisConnection(redis.url(), "sluice", Duration.ofMillis(500), 4);
    final NearCache near = new NearCache("sluice", 10_000_000, MAX_AGE, clock, clock);
    final CoalescingCache cache =
        CoalescingCache.open(
            Optional.of(new CoalescingCache.SharedStore(connection, "sluice", near)),
            new CoalescingCache.Bounds(10_000_000, MAX_AGE, Duration.ofSeconds(5)),
            clock,
            () -> List.of(new Eviction.OfCache("products")));
    final RedisConnection listened;
    final InvalidationListener listener;

    Node(URI listenedUrl) {
      listened = new RedisConnection(listenedUrl, "sluice", Duration.ofMillis(500), 1);
      listener = near.listener(listened);
      threads.execute(listener);
      nodes.add(this);
    }

    String lookUp() {
      Lookup lookup = cache.lookup(Entries.request(KEY, TAG, OTHER_TAG));
      if (lookup instanceof Miss miss) {
        miss.fill().abandon("test");
        return "MISS";
      }
      Hit hit = (Hit) lookup;
      return hit.source() + " " + Entries.body(hit.entry());
    }

    void fill(String body) {
      cache
          .refresh(Entries.request(KEY, TAG, OTHER_TAG))
          .fill()
          .store(Entries.entry(body, clock.instant()));
    }

    void awaitNear(String body) {
      await(() -> lookUp().equals("NEAR " + body));
    }

    void close() {
      listener.stop(Duration.ofSeconds(5));
      listened.close();
      connection.close();
    }
  }

  @BeforeEach
  void start() {
    redis = RedisProcess.start();
    proxy = TcpProxy.to(redis.port());
    a = new Node(redis.url());
    b = new Node(proxy.redisUrl());
    a.fill("old");
    a.awaitNear("old");
    b.awaitNear("old");
  }

  @AfterEach
  void stop() {
    nodes.forEach(Node::close);
    threads.shutdownNow();
    proxy.close();
    redis.close();
  }

  private static void await(java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(2)).until(condition);
  }

  private long commands() {
    return Stream.of("evalsha", "eval", "mget", "get", "hget", "del", "hdel")
        .mapToLong(redis::calls)
        .sum();
  }

  private void inRedis(Consumer<Jedis> change) {
    try (Jedis jedis = redis.connect()) {
      change.accept(jedis);
    }
  }

  @Test
  void aHitWithTagsTakesNoCommand() {
    long before = commands();
    for (int i = 0; i < 100; i++) {
      assertThat(b.lookUp()).isEqualTo("NEAR old");
    }
    assertThat(commands()).isEqualTo(before);
    assertThat(b.cache.counters("products").nearHits.sum()).isGreaterThanOrEqualTo(100);
  }

  /** Everything that makes an entry wrong, done on node A or by a client that is no node. */
  static Stream<Map.Entry<String, Consumer<NearCacheIT>>> changes() {
    return Stream.of(
        Map.entry("key", test -> test.a.cache.evict(new Eviction.OfKey("products", KEY.base()))),
        Map.entry("tag", test -> test.a.cache.evict(new Eviction.OfTag(OTHER_TAG))),
        Map.entry("cache", test -> test.a.cache.evict(new Eviction.OfCache("products"))),
        Map.entry("DEL of the entry", test -> test.inRedis(jedis -> jedis.del(NAMES.entries(KEY)))),
        Map.entry("DEL of the tag", test -> test.inRedis(jedis -> jedis.del(NAMES.tagStamp(TAG)))),
        Map.entry("FLUSHALL", test -> test.inRedis(Jedis::flushAll)),
        Map.entry("FLUSHDB", test -> test.inRedis(Jedis::flushDB)));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void aChangeElsewhereReachesTheOtherNode(Map.Entry<String, Consumer<NearCacheIT>> change) {
    change.getValue().accept(this);
    await(() -> b.lookUp().equals("MISS"));
    await(() -> a.lookUp().equals("MISS"));
  }

  @Test
  void anotherNodesNewEntryReachesThisNode() {
    a.fill("new");
    b.awaitNear("new");
  }

  @ParameterizedTest
  @MethodSource("changes")
  void theAgeCapHoldsWhileTheListenerIsFrozen(Map.Entry<String, Consumer<NearCacheIT>> change) {
    proxy.swallow(true);
    change.getValue().accept(this);
    clock.advance(MAX_AGE);
    assertThat(b.lookUp()).isEqualTo("MISS");
  }

  @Test
  void aFrozenListenerIsNoticedBeforeTheAgeCap() {
    proxy.swallow(true);
    a.cache.evict(new Eviction.OfTag(TAG));
    await(() -> b.lookUp().equals("MISS"));
    proxy.swallow(false);
    a.fill("new");
    b.awaitNear("new");
  }

  @Test
  void aCutListenerSwitchesTheNearCacheOffUntilItIsBack() {
    proxy.swallow(true); // or the listener would be back within a second
    proxy.cut();
    // Several in a row: with the near cache on, the second would be a hit of it.
    await(() -> Stream.generate(b::lookUp).limit(5).allMatch("REDIS old"::equals));
    a.cache.evict(new Eviction.OfTag(TAG));
    assertThat(b.lookUp()).isEqualTo("MISS");
    a.fill("new");
    assertThat(b.lookUp()).isEqualTo("REDIS new");
    proxy.swallow(false);
    b.awaitNear("new");
  }

  /** Its own listener hears nothing of it here. */
  @Test
  void anEvictionHoldsAtOnceOnTheNodeThatEvicts() {
    for (Eviction eviction :
        List.of(
            new Eviction.OfKey("products", KEY.base()),
            new Eviction.OfTag(TAG),
            new Eviction.OfCache("products"))) {
      proxy.swallow(true);
      b.cache.evict(eviction);
      assertThat(b.lookUp()).as(eviction.toString()).isEqualTo("MISS");
      proxy.swallow(false);
      b.fill("old");
      b.awaitNear("old");
    }
  }

  @Test
  void aNodeServesItsOwnNewEntryAtOnce() {
    proxy.swallow(true);
    b.fill("new");
    assertThat(b.lookUp()).isEqualTo("REDIS new");
  }

  @Test
  void anEvictionThatRedisDidNotTakeHoldsOnItsNodeAtOnce() {
    redis.freeze();
    a.cache.evict(new Eviction.OfTag(TAG));
    assertThat(a.lookUp()).isEqualTo("MISS");
    redis.thaw();
    await(
        () -> {
          assertThat(a.lookUp()).isEqualTo("MISS"); // passes the eviction on when Redis is back
          return b.lookUp().equals("MISS");
        });
  }

  @Test
  void anEmptyRedisAfterARestartIsNoticed() {
    redis.kill();
    redis.restart();
    await(() -> a.lookUp().equals("MISS") && b.lookUp().equals("MISS"));
    Awaitility.await()
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> a.connection.call(jedis -> jedis.ping()) != null);
    a.fill("new");
    b.awaitNear("new");
  }

  /** Figure: a change is seen by the other node in under 20 ms at the 99th percentile. */
  @Test
  @Tag("soak")
  void theOtherNodeSeesAChangeInUnderTwentyMilliseconds() {
    List<Consumer<NearCacheIT>> kinds = changes().map(Map.Entry::getValue).toList();
    List<Long> micros = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      long start = System.nanoTime();
      kinds.get(i % kinds.size()).accept(this);
      while (b.near.find(KEY).isPresent()) {
        Thread.onSpinWait();
      }
      micros.add((System.nanoTime() - start) / 1000);
      a.fill("body " + i);
      b.awaitNear("body " + i);
    }
    Collections.sort(micros);
    long p99 = micros.get(micros.size() * 99 / 100);
    System.out.printf(
        "change seen after its start: median %d us, p99 %d us, max %d us%n",
        micros.get(micros.size() / 2), p99, micros.get(micros.size() - 1));
    assertThat(p99).isLessThan(20_000);
  }
}
