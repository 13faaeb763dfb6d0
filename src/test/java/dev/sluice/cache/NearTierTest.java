package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NearTierTest extends EntryStoreContract {

  private final NearTier near = new NearTier(10_000, clock);

  @Override
  EntryStore store() {
    return near;
  }

  @Test
  void holdsNoMoreBytesThanItMay() {
    for (int i = 0; i < 100; i++) {
      fill(Entries.key("products", "" + i, "json"), "x".repeat(1000));
    }
    assertThat(near.bytes()).isBetween(5_000L, 10_000L);
  }

  @Test
  void holdsNothingWhenItMayHoldNoBytes() {
    NearTier off = new NearTier(0, clock);
    EntryStore.Absent begun = (EntryStore.Absent) off.begin(KEY, List.of(), Entries.FRESH);
    off.store(KEY, Entries.entry("a", clock.instant()), begun.permit());
    assertThat(off.find(KEY)).isEmpty();
  }

  @Test
  void letsGoOfWhatIsOfNoMoreUse() {
    fill(KEY, "a");
    clock.advance(Entries.FRESH.plus(Duration.ofMillis(1)));
    assertThat(near.bytes()).isZero();
  }

  private void fill(EntryKey key, String body) {
    EntryStore.Absent begun = (EntryStore.Absent) near.begin(key, List.of(), Entries.FRESH);
    near.store(key, Entries.entry(body, clock.instant()), begun.permit());
  }
}
