package dev.sluice.cache.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The store in this process, bounded by bytes. Each base key expires when its last entry and its
 * last lease have ended. Stamps of tags take an eighth of the bytes at most; a stamp that was
 * displaced ends the entries that carry it.
 */
final class LocalEntryStore implements EntryStore {

  /** The approximate size of a tag's stamp in memory, in bytes. */
  private static final int STAMP_WEIGHT = 200;

  private static final int LEASE_WEIGHT = 150;

  /** The stamp of a tag, and whether a second fill relies on it. */
  private record TagStamp(String value, boolean shared) {}

  /** An entry and the stamp of its cache from before its computation. */
  private record Stamped(String cacheStamp, CacheEntry entry) {}

  /** All entries and leases under one base key. */
  private record Variants(Map<String, Stamped> entries, Map<String, Instant> leases) {

    static final Variants NONE = new Variants(Map.of(), Map.of());

    Variants withLease(String token, Instant end) {
      Map<String, Instant> more = new HashMap<>(leases);
      more.put(token, end);
      return new Variants(entries, more);
    }

    Variants withoutLease(String token) {
      Map<String, Instant> less = new HashMap<>(leases);
      less.remove(token);
      return new Variants(entries, less);
    }

    Variants with(String variant, Stamped entry, Instant now) {
      Map<String, Stamped> more = new HashMap<>(entries);
      more.values().removeIf(old -> !old.entry().lifetime().end().isAfter(now));
      more.put(variant, entry);
      return new Variants(more, leases);
    }

    Variants without(String variant) {
      Map<String, Stamped> less = new HashMap<>(entries);
      less.remove(variant);
      return new Variants(less, leases);
    }

    Instant end() {
      return Stream.concat(
              entries.values().stream().map(stamped -> stamped.entry().lifetime().end()),
              leases.values().stream())
          .max(Instant::compareTo)
          .orElse(Instant.MIN);
    }

    int weight() {
      return entries.values().stream().mapToInt(stamped -> stamped.entry().weight()).sum()
          + LEASE_WEIGHT * leases.size()
          + 200;
    }
  }

  private final InstantSource clock;
  private final Cache<String, Variants> byBase;
  private final Cache<String, TagStamp> tagStamps;
  private final Map<String, String> cacheStamps = new ConcurrentHashMap<>();

  LocalEntryStore(long maxBytes, InstantSource clock) {
    this.clock = clock;
    this.byBase =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes - maxBytes / 8)
            .weigher((String base, Variants variants) -> variants.weight())
            .expireAfter(
                Expiry.<String, Variants>writing((base, variants) -> remaining(variants.end())))
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(Runnable::run)
            .build();
    this.tagStamps =
        Caffeine.newBuilder()
            .maximumSize(maxBytes / 8 / STAMP_WEIGHT)
            .executor(Runnable::run)
            .build();
  }

  private Duration remaining(Instant end) {
    Instant now = clock.instant();
    return end.isAfter(now) ? Duration.between(now, end) : Duration.ZERO;
  }

  @Override
  public Optional<CacheEntry> find(LookupRequest request) {
    return find(request.key());
  }

  Optional<CacheEntry> find(EntryKey key) {
    return Optional.ofNullable(byBase.getIfPresent(key.base()))
        .map(variants -> variants.entries().get(key.variant()))
        .filter(stamped -> isCurrent(key, stamped.cacheStamp()))
        .map(Stamped::entry)
        .filter(entry -> areCurrent(entry.tags()));
  }

  @Override
  public Begun begin(LookupRequest request) {
    String token = Token.random();
    Map<String, String> stamps = new LinkedHashMap<>();
    request.stamped().forEach(tag -> stamps.put(tag, stamp(tag, token)));
    String cacheStamp = cacheStamps.computeIfAbsent(request.key().cache(), missing -> token);
    Instant end = clock.instant().plus(LEASE);
    byBase
        .asMap()
        .compute(
            request.key().base(),
            (base, old) -> (old == null ? Variants.NONE : old).withLease(token, end));
    return new Begun(new Lease(token, cacheStamp, stamps), find(request));
  }

  @Override
  public Optional<Begun> lead(LookupRequest request) {
    return Optional.of(begin(request));
  }

  @Override
  public void renew(EntryKey key, Lease lease) {}

  /** The stamp of a tag; the token where there is none. */
  private String stamp(String tag, String token) {
    return tagStamps
        .asMap()
        .merge(tag, new TagStamp(token, false), (old, mine) -> new TagStamp(old.value(), true))
        .value();
  }

  @Override
  public boolean store(EntryKey key, CacheEntry entry, Lease lease) {
    return store(key, entry, lease, old -> old.withoutLease(lease.token()));
  }

  @Override
  public boolean replace(EntryKey key, CacheEntry entry, Lease lease) {
    return store(key, entry, lease, old -> Variants.NONE);
  }

  /**
   * @param kept what is kept beside the entry
   */
  @SuppressWarnings("ReferenceEquality") // this one, not one like it
  private boolean store(EntryKey key, CacheEntry entry, Lease lease, UnaryOperator<Variants> kept) {
    Stamped stamped = new Stamped(lease.cacheStamp(), entry);
    Variants stored =
        byBase
            .asMap()
            .computeIfPresent(
                key.base(),
                (base, old) ->
                    old.leases().containsKey(lease.token()) && isCurrent(key, lease.cacheStamp())
                        ? kept.apply(old).with(key.variant(), stamped, clock.instant())
                        : old);
    return stored != null && stored.entries().get(key.variant()) == stamped;
  }

  @Override
  public Optional<Map<String, String>> stamps(EntryKey key, Collection<String> tags, Lease lease) {
    Map<String, String> stamps = new HashMap<>();
    tags.forEach(tag -> stamps.put(tag, stamp(tag, lease.token())));
    // Only now: an eviction that comes later deletes these stamps, for it begins with the guard.
    Map<String, String> guards = lease.guardsOf(tags);
    return areCurrent(guards) ? Optional.of(stamps) : Optional.empty();
  }

  @Override
  public void release(EntryKey key, Lease lease) {
    byBase
        .asMap()
        .computeIfPresent(key.base(), (base, old) -> orNothing(old.withoutLease(lease.token())));
    TagStamp own = new TagStamp(lease.token(), false);
    lease.tagStamps().keySet().forEach(tag -> tagStamps.asMap().remove(tag, own));
  }

  @Override
  public void releaseUnshared(EntryKey key, Lease lease) {
    release(key, lease);
  }

  @SuppressWarnings("NullAway") // null deletes
  private static Variants orNothing(Variants variants) {
    return variants.entries().isEmpty() && variants.leases().isEmpty() ? null : variants;
  }

  private boolean isCurrent(EntryKey key, String cacheStamp) {
    return cacheStamp.equals(cacheStamps.get(key.cache()));
  }

  @Override
  public boolean areCurrent(Map<String, String> stamps) {
    return stamps.entrySet().stream().allMatch(tag -> isCurrent(tag.getKey(), tag.getValue()));
  }

  private boolean isCurrent(String tag, String stamp) {
    TagStamp present = tagStamps.getIfPresent(tag);
    return present != null && present.value().equals(stamp);
  }

  @Override
  public void drop(EntryKey key) {
    byBase
        .asMap()
        .computeIfPresent(key.base(), (base, old) -> orNothing(old.without(key.variant())));
  }

  @Override
  public void evict(Eviction eviction) {
    if (eviction instanceof Eviction.OfKey key) {
      byBase.invalidate(key.base());
      tagStamps.invalidate(key.base());
    } else if (eviction instanceof Eviction.OfTag tag) {
      tagStamps.invalidate(TagGuards.of(tag.tag()));
      tagStamps.invalidate(tag.tag());
    } else if (eviction instanceof Eviction.OfCache cache) {
      cacheStamps.remove(cache.cache());
    }
  }

  /** Deletes everything, the leases of running fills included. */
  void clear() {
    byBase.invalidateAll();
    tagStamps.invalidateAll();
    cacheStamps.clear();
  }

  /** The approximate number of keys that have entries or leases. */
  long keys() {
    return byBase.estimatedSize();
  }

  /** The approximate size of all entries, leases and stamps, in bytes. */
  long bytes() {
    byBase.cleanUp();
    tagStamps.cleanUp();
    return byBase.policy().eviction().orElseThrow().weightedSize().orElse(0)
        + tagStamps.estimatedSize() * STAMP_WEIGHT;
  }
}
