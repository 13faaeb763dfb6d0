package dev.sluice.cache.store;

import dev.sluice.cache.store.NearContents.Entries;
import dev.sluice.cache.store.NearContents.Entry;
import dev.sluice.cache.store.NearContents.Stamp;
import dev.sluice.redis.InvalidationListener;
import dev.sluice.redis.Invalidations;
import dev.sluice.redis.RedisConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The near cache: copies of entries in Redis, and of the stamps that they depend on, in this
 * process. A hit takes no round trip, whatever tags the entry has.
 *
 * <p>It is filled only from reads of Redis, and an {@link InvalidationListener} keeps it true:
 * while that one does not listen the near cache is empty and off. A copy is used for a bounded time
 * even so, in case the listener hears nothing and does not know it.
 */
public final class NearCache implements Invalidations {

  private final RedisKeys names;
  private final long maxBytes;
  private final Duration maxAge;
  private final InstantSource clock;
  private final LongSupplier nanoClock;
  private final Map<String, CountDownLatch> awaited = new ConcurrentHashMap<>();
  private volatile @Nullable NearContents contents;

  /**
   * Starts switched off.
   *
   * @param keyPrefix the first part of every key in Redis
   * @param maxBytes how much memory all copies take
   * @param maxAge how long a copy is used after the read that it is from
   */
  public NearCache(
      String keyPrefix,
      long maxBytes,
      Duration maxAge,
      InstantSource clock,
      LongSupplier nanoClock) {
    this.names = new RedisKeys(keyPrefix);
    this.maxBytes = maxBytes;
    this.maxAge = maxAge;
    this.clock = clock;
    this.nanoClock = nanoClock;
  }

  /**
   * The listener that this near cache needs: it is off until the listener runs and is connected.
   */
  public InvalidationListener listener(RedisConnection redis) {
    return redis.listener(names.nearPrefix(), this);
  }

  /** Finds a fresh entry, if its cache and all its tags have the stamps it was computed under. */
  Optional<CacheEntry> find(EntryKey key) {
    NearContents now = contents;
    return now == null ? Optional.empty() : find(now, key);
  }

  private Optional<CacheEntry> find(NearContents now, EntryKey key) {
    Entry entry = now.entry(names.entriesName(key), key.variant());
    return entry != null
            && entry.value().lifetime().isFresh(clock.instant())
            && isCurrent(now, names.cacheStampName(key), entry.cacheStamp())
            && areCurrent(now, entry.value().tags())
        ? Optional.of(entry.value())
        : Optional.empty();
  }

  private boolean areCurrent(NearContents now, Map<String, String> tagStamps) {
    return tagStamps.entrySet().stream()
        .allMatch(tag -> isCurrent(now, names.tagStampName(tag.getKey()), tag.getValue()));
  }

  private static boolean isCurrent(NearContents now, String name, String expected) {
    Stamp stamp = now.stamp(name);
    return stamp != null && stamp.value().equals(expected);
  }

  /** Begins a read of Redis; to be called before the read is sent. */
  Reading read() {
    return new Reading(contents);
  }

  /** A read of Redis, whose result may be kept unless it has changed meanwhile. */
  final class Reading {

    private final @Nullable NearContents target;
    private final long changes;
    private final long begun = nanoClock.getAsLong();

    private Reading(@Nullable NearContents target) {
      this.target = target;
      this.changes = target == null ? 0 : target.changes();
    }

    /**
     * Keeps copies of a current entry, of the stamp of its cache and of those of its tags.
     *
     * @param entry with the tags' stamps as this read found them
     */
    void keep(EntryKey key, String cacheStamp, CacheEntry entry) {
      Map<String, String> stamps = new HashMap<>(Map.of(names.cacheStampName(key), cacheStamp));
      entry.tags().forEach((tag, stamp) -> stamps.put(names.tagStampName(tag), stamp));
      String entries = names.entriesName(key);
      Instant now = clock.instant();
      if (target == null
          || !entry.lifetime().isFresh(now)
          || target.hasChanged(entries, changes)
          || stamps.keySet().stream().anyMatch(name -> target.hasChanged(name, changes))) {
        return;
      }
      Duration fresh = Duration.between(now, entry.lifetime().fresh());
      long untilStale = begun + (fresh.compareTo(maxAge) < 0 ? fresh : maxAge).toNanos();
      Entry kept = new Entry(cacheStamp, entry, untilStale);
      target.keep(entries, changes, old -> Entries.with(old, key.variant(), kept, begun));
      long untilOld = begun + maxAge.toNanos();
      stamps.forEach(
          (name, stamp) -> target.keep(name, changes, old -> new Stamp(stamp, untilOld)));
    }
  }

  /** Waits until a change of a key is heard, for this time at most. */
  void awaitChange(String name, Duration atMost) throws InterruptedException {
    CountDownLatch change = awaited.computeIfAbsent(name, key -> new CountDownLatch(1));
    try {
      change.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      awaited.remove(name, change);
    }
  }

  @Override
  public void listening() {
    contents = new NearContents(maxBytes, nanoClock);
  }

  /** Forgets a key that was changed on another node, or by this one. */
  @Override
  public void changed(String name) {
    CountDownLatch waiting = awaited.remove(name);
    if (waiting != null) {
      waiting.countDown();
    }
    NearContents now = contents;
    if (now != null) {
      now.changed(name);
    }
  }

  /** Forgets everything. Reads that have begun keep what they find where nobody looks. */
  @Override
  public void flushed() {
    contents = new NearContents(maxBytes, nanoClock);
  }

  @Override
  public void disconnected() {
    contents = null;
  }

  /** Whether changes in Redis are heard, so that copies are used. */
  public boolean isListening() {
    return contents != null;
  }

  /** The number of keys of Redis of which there are copies, approximately. */
  public long keys() {
    NearContents now = contents;
    return now == null ? 0 : now.keys();
  }

  /** The weight of all copies. */
  public long bytes() {
    NearContents now = contents;
    return now == null ? 0 : now.bytes();
  }
}
