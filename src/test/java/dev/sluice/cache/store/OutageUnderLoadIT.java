package dev.sluice.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.store.Lookup.Hit;
import dev.sluice.cache.store.Lookup.Miss;
import dev.sluice.redis.InvalidationListener;
import dev.sluice.redis.RedisConnection;
import dev.sluice.testing.RedisProcess;
import dev.sluice.testing.StoreTest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Callers of two nodes ask for one entry without a pause while Redis goes away and comes back. One
 * node changes the data and evicts the entry.
 */
@StoreTest
@Timeout(60)
class OutageUnderLoadIT {

  private static final EntryKey KEY = Entries.key("products", "7", "json");
  private static final String TAG = Entries.hash("tag");

  /** For how long copies and entries of an outage are served. */
  private static final Duration AGE_CAP = Duration.ofSeconds(1);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger data = new AtomicInteger();
  private final AtomicInteger evicted = new AtomicInteger();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final List<Node> nodes = new ArrayList<>();
  private volatile boolean ended;
  private RedisProcess redis;

  private final class Node {
    final RedisConnection connection =
        new RedisConnection(redis.url(), "sluice", Duration.ofMillis(250), 8);
    final RedisConnection listened =
        new RedisConnection(redis.url(), "sluice", Duration.ofMillis(250), 1);
    final NearCache near =
        new NearCache("sluice", 10_000_000, AGE_CAP, InstantSource.system(), System::nanoTime);
    final InvalidationListener listener = near.listener(listened);
    final CoalescingCache cache =
        CoalescingCache.open(
            Optional.of(new CoalescingCache.SharedStore(connection, "sluice", near)),
            new CoalescingCache.Bounds(10_000_000, AGE_CAP, Duration.ofSeconds(5)),
            InstantSource.system(),
            () -> List.of(new Eviction.OfCache("products")));
    final AtomicLong lookups = new AtomicLong();
    volatile String last = "";

    Node() {
      threads.execute(listener);
      nodes.add(this);
    }

    /** The version that a caller gets. */
    int read() {
      Lookup lookup = cache.lookup(Entries.request(KEY, TAG));
      if (lookup instanceof Hit hit) {
        last = hit.source().name();
        return Integer.parseInt(Entries.body(hit.entry()));
      }
      last = "MISS";
      int version = data.get();
      ((Miss) lookup).fill().store(Entries.entry("" + version, InstantSource.system().instant()));
      return version;
    }

    /** Reads until the end, and notes what fails. On the evicting node nothing may be stale. */
    void load(boolean evicts) {
      while (!ended) {
        int least = evicts ? evicted.get() : 0;
        try {
          int version = read();
          if (version < least) {
            wrong.add(version + " after the eviction of " + least + ": " + last);
          }
        } catch (RuntimeException | Error e) {
          wrong.add(e.toString());
        }
        lookups.incrementAndGet();
        LockSupport.parkNanos(100_000); // leaves the processor to Redis
      }
    }

    boolean shows(int version) {
      return read() == version && last.equals("NEAR");
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
  }

  @AfterEach
  void stop() {
    ended = true;
    nodes.forEach(Node::close);
    threads.shutdownNow();
    redis.close();
  }

  private void change(Node node) {
    int version = data.incrementAndGet();
    node.cache.evict(new Eviction.OfTag(TAG));
    evicted.set(version);
  }

  /** Changes the data a few times, with reads of both nodes between any two changes. */
  private void changeUnderLoad(Node a, Node b) {
    for (int i = 0; i < 4; i++) {
      change(a);
      long ofA = a.lookups.get();
      long ofB = b.lookups.get();
      await(() -> a.lookups.get() > ofA + 50 && b.lookups.get() > ofB + 50);
    }
  }

  private static void await(java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(10))
        .until(condition);
  }

  @ParameterizedTest
  @ValueSource(strings = {"killed", "frozen"})
  void callersNeitherFailNorSeeWhatTheirNodeHasEvicted(String how) {
    Node a = new Node();
    Node b = new Node();
    for (int i = 0; i < 2; i++) {
      threads.execute(() -> a.load(true));
      threads.execute(() -> b.load(false));
    }
    changeUnderLoad(a, b);
    await(() -> a.shows(data.get()) && b.shows(data.get()));
    if (how.equals("killed")) {
      redis.kill();
    } else {
      redis.freeze();
    }
    changeUnderLoad(a, b);
    // The other node hears of nothing, and knows the newest data when its own entries have ended.
    await(() -> b.read() == data.get());
    if (how.equals("killed")) {
      redis.restart();
    } else {
      redis.thaw();
    }
    changeUnderLoad(a, b);
    await(() -> a.shows(data.get()) && b.shows(data.get()));
    assertThat(wrong).isEmpty();
  }
}
