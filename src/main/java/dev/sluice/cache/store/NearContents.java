package dev.sluice.cache.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Copies of values in Redis, by the name of the key there. Bounded by bytes; each copy has its own
 * end.
 *
 * <p>Changes are counted. A copy is kept only if no change of its key was heard since the read
 * began that the copy is from: that read may have been served before the change.
 */
final class NearContents {

  /** Keys that share one of these keep each other's reads from being kept, for a moment. */
  private static final int STRIPES = 4096;

  /** Bytes that Caffeine and this class take for each key. */
  private static final int OVERHEAD = 300;

  /** A copy; {@code until} is in terms of the nano clock. */
  sealed interface Copy {
    long until();

    int weight();
  }

  /** The stamp of a cache or of a tag. */
  record Stamp(String value, long until) implements Copy {
    @Override
    public int weight() {
      return 100;
    }
  }

  /** The entries under one base key, by variant. */
  record Entries(Map<String, Entry> byVariant, long until) implements Copy {

    /** These entries, and this one in place of another of the same variant. */
    static Entries with(@Nullable Copy old, String variant, Entry added, long now) {
      Map<String, Entry> all = new HashMap<>();
      if (old instanceof Entries there) {
        all.putAll(there.byVariant);
        all.values().removeIf(entry -> entry.until - now <= 0);
      }
      all.put(variant, added);
      long until = all.values().stream().mapToLong(Entry::until).reduce(now, NearContents::laterOf);
      return new Entries(Map.copyOf(all), until);
    }

    @Override
    public int weight() {
      return byVariant.values().stream().mapToInt(entry -> entry.value.weight() + 200).sum();
    }
  }

  /** An entry, and the stamp of its cache from before it was computed. */
  record Entry(String cacheStamp, CacheEntry value, long until) {}

  private final LongSupplier nanoClock;
  private final Cache<String, Copy> copies;
  private final AtomicLong changes = new AtomicLong();
  private final AtomicLongArray lastChanges = new AtomicLongArray(STRIPES);

  NearContents(long maxBytes, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.copies =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((String name, Copy copy) -> OVERHEAD + name.length() + copy.weight())
            .expireAfter(
                Expiry.<String, Copy>writing(
                    (name, copy) -> Duration.ofNanos(copy.until() - nanoClock.getAsLong())))
            .ticker(nanoClock::getAsLong)
            .executor(Runnable::run)
            .build();
  }

  private static long laterOf(long a, long b) {
    return a - b > 0 ? a : b;
  }

  @Nullable Stamp stamp(String name) {
    return copies.getIfPresent(name) instanceof Stamp stamp ? stamp : null;
  }

  /** The entry, if it is not past its end. */
  @Nullable Entry entry(String name, String variant) {
    if (!(copies.getIfPresent(name) instanceof Entries entries)) {
      return null;
    }
    Entry entry = entries.byVariant.get(variant);
    return entry != null && entry.until - nanoClock.getAsLong() > 0 ? entry : null;
  }

  /** How many changes were heard so far. */
  long changes() {
    return changes.get();
  }

  /** Whether a change of this key (or of one in its stripe) was heard since. */
  boolean hasChanged(String name, long since) {
    return lastChanges.get(stripe(name)) > since;
  }

  /**
   * Keeps a copy, unless a change of the key was heard meanwhile.
   *
   * @param since {@link #changes} before the read began
   * @param copy from the present copy, if any, to the one to keep
   */
  void keep(String name, long since, UnaryOperator<@Nullable Copy> copy) {
    // Within compute: a change that comes after the check deletes what is kept here.
    copies.asMap().compute(name, (key, old) -> hasChanged(name, since) ? old : copy.apply(old));
  }

  /** Deletes the copy, and keeps none of a read that has already begun. */
  void changed(String name) {
    lastChanges.accumulateAndGet(stripe(name), changes.incrementAndGet(), Math::max);
    copies.asMap().computeIfPresent(name, (key, old) -> null);
  }

  private static int stripe(String name) {
    int hash = name.hashCode();
    return (hash ^ hash >>> 16) & (STRIPES - 1);
  }

  /** The number of keys of which there are copies, approximately. */
  long keys() {
    return copies.estimatedSize();
  }

  /** The weight of all copies. */
  long bytes() {
    copies.cleanUp();
    return copies.policy().eviction().orElseThrow().weightedSize().orElse(0);
  }
}
