package dev.sluice.cache;

import java.time.Duration;
import java.util.Optional;

/** In this process. */
class TieredCacheModelTest extends TieredCacheModel {

  @Override
  TieredCache empty(SettableClock clock) {
    return Entries.cache(Optional.empty(), clock, Duration.ZERO);
  }
}
