package dev.sluice.cache.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** In this process: bounded by bytes, each base key with its own absolute end. */
public final class LocalEntryStore implements EntryStore {

  private static final int STAMPS = 1_000_000;

  /** An entry and the stamp of its cache from before it was made. */
  private record Stamped(String stamp, CacheEntry entry) {}

  private record Variants(String fence, Map<String, Stamped> entries, Instant end) {

    Variants with(String variant, Stamped entry, Instant now) {
      Map<String, Stamped> more = new HashMap<>(entries);
      more.values().removeIf(old -> !old.entry().lifetime().end().isAfter(now));
      if (more.size() >= MAX_VARIANTS && !more.containsKey(variant)) {
        more.clear();
      }
      more.put(variant, entry);
      return new Variants(fence, more, end(more));
    }

    Variants without(String variant) {
      Map<String, Stamped> less = new HashMap<>(entries);
      less.remove(variant);
      return new Variants(fence, less, end);
    }

    private static Instant end(Map<String, Stamped> entries) {
      return entries.values().stream()
          .map(stamped -> stamped.entry().lifetime().end())
          .max(Instant::compareTo)
          .orElseThrow();
    }

    Variants until(Instant later) {
      return new Variants(fence, entries, later.isAfter(end) ? later : end);
    }

    int weight() {
      return entries.values().stream().mapToInt(stamped -> stamped.entry().weight()).sum() + 200;
    }
  }

  private final InstantSource clock;
  private final Cache<String, Variants> byBase;
  private final Cache<String, String> stamps =
      Caffeine.newBuilder().maximumSize(STAMPS).executor(Runnable::run).build();

  public LocalEntryStore(long maxBytes, InstantSource clock) {
    this.clock = clock;
    this.byBase =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((String base, Variants variants) -> variants.weight())
            .expireAfter(
                Expiry.<String, Variants>writing(
                    (base, variants) -> Duration.between(clock.instant(), variants.end())))
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(Runnable::run)
            .build();
  }

  @Override
  public Found find(LookupRequest wanted) {
    return new Found(find(wanted.key()), Map.of());
  }

  private Optional<CacheEntry> find(EntryKey key) {
    return Optional.ofNullable(byBase.getIfPresent(key.base()))
        .map(variants -> variants.entries().get(key.variant()))
        .filter(stamped -> isCurrent(key, stamped))
        .map(Stamped::entry)
        .filter(entry -> areCurrent(entry.tags()));
  }

  @Override
  public Begun begin(LookupRequest wanted, Map<String, String> stamps) {
    EntryKey key = wanted.key();
    Map<String, String> tagStamps = new LinkedHashMap<>();
    wanted.tags().forEach(tag -> tagStamps.put(tag, stamp(tag)));
    String stamp = stamp(ofCache(key.cache()));
    Instant end = clock.instant().plus(RedisEntryStore.FENCE);
    Variants variants =
        byBase
            .asMap()
            .compute(
                key.base(),
                (base, old) ->
                    old == null ? new Variants(Token.random(), Map.of(), end) : old.until(end));
    Permit permit = new Permit(variants.fence(), stamp, tagStamps);
    return find(key).<Begun>map(entry -> new Present(entry, permit)).orElse(new Absent(permit));
  }

  /** Apart from any tag's hash. */
  private static String ofCache(String name) {
    return "cache " + name;
  }

  private String stamp(String of) {
    return stamps.get(of, key -> Token.random());
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // this one, not one like it
  public boolean store(EntryKey key, CacheEntry entry, Permit permit) {
    Stamped stamped = new Stamped(permit.stamp(), entry);
    Variants now =
        byBase
            .asMap()
            .computeIfPresent(
                key.base(),
                (base, old) ->
                    old.fence().equals(permit.fence()) && isCurrent(key, stamped)
                        ? old.with(key.variant(), stamped, clock.instant())
                        : old);
    return now != null && now.entries().get(key.variant()) == stamped;
  }

  /** Whether its cache has not been cleared since. */
  private boolean isCurrent(EntryKey key, Stamped stamped) {
    return stamped.stamp().equals(stamps.getIfPresent(ofCache(key.cache())));
  }

  @Override
  public boolean areCurrent(Map<String, String> tags) {
    return tags.entrySet().stream()
        .allMatch(tag -> tag.getValue().equals(stamps.getIfPresent(tag.getKey())));
  }

  @Override
  public void drop(EntryKey key) {
    byBase.asMap().computeIfPresent(key.base(), (base, old) -> old.without(key.variant()));
  }

  @Override
  public void evict(Eviction eviction) {
    if (eviction instanceof Eviction.OfKey key) {
      byBase.invalidate(key.base());
    } else if (eviction instanceof Eviction.OfTag tag) {
      stamps.invalidate(tag.tag());
    } else if (eviction instanceof Eviction.OfCache cache) {
      stamps.invalidate(ofCache(cache.cache()));
    }
  }

  /** Drops everything, and the right of every fill under way to store. */
  public void clear() {
    byBase.invalidateAll();
    stamps.invalidateAll();
  }

  /** What all entries weigh. */
  public long bytes() {
    byBase.cleanUp();
    return byBase.policy().eviction().orElseThrow().weightedSize().orElse(0);
  }
}
