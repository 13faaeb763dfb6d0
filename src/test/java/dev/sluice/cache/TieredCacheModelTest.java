package dev.sluice.cache;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** In this process. */
class TieredCacheModelTest extends TieredCacheModel {

  @Override
  TieredCache empty(SettableClock clock) {
    return new TieredCache(
        Optional.empty(),
        new NearTier(10_000_000, clock),
        Duration.ofMinutes(1),
        Duration.ZERO,
        clock,
        List::of);
  }
}
