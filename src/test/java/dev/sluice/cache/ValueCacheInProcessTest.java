package dev.sluice.cache;

import dev.sluice.cache.store.CoalescingCache;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

class ValueCacheInProcessTest extends ValueCacheModel {

  static final CoalescingCache.Bounds BOUNDS =
      new CoalescingCache.Bounds(10_000_000, Duration.ofSeconds(60), Duration.ofSeconds(10));

  @Override
  CoalescingCache open() {
    return CoalescingCache.open(Optional.empty(), BOUNDS, InstantSource.system(), List::of);
  }
}
