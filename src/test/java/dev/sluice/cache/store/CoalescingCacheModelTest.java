package dev.sluice.cache.store;

import dev.sluice.testing.SettableClock;
import java.time.Duration;
import java.util.Optional;

/** In this process. */
class CoalescingCacheModelTest extends CoalescingCacheModel {

  @Override
  CoalescingCache empty(SettableClock clock) {
    return Entries.cache(Optional.empty(), clock, Duration.ZERO);
  }
}
