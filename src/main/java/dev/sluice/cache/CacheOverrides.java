package dev.sluice.cache;

import dev.sluice.config.Settings;
import java.util.Optional;

/**
 * The operator's settings of one cache, {@code sluice.caches.NAME.*}, in seconds. An absent one
 * leaves what the annotation declares.
 */
record CacheOverrides(
    Optional<Integer> expire,
    Optional<Integer> staleWhileRevalidate,
    Optional<Integer> staleIfError,
    Optional<Integer> negativeExpire,
    Optional<Integer> maxAge,
    Optional<Integer> jitter,
    Optional<Integer> refreshAhead) {

  /**
   * @throws IllegalArgumentException if one of them is wrong
   */
  static CacheOverrides of(Settings read) {
    CacheOverrides overrides =
        new CacheOverrides(
            read.optionalSeconds("expire", 1),
            read.optionalSeconds("stale-while-revalidate", 0),
            read.optionalSeconds("stale-if-error", 0),
            read.optionalSeconds("negative-expire", 0),
            read.optionalSeconds("max-age", 0),
            read.optionalSeconds("jitter", 0),
            read.optionalSeconds("refresh-ahead", 0));
    read.requireValid();
    return overrides;
  }
}
