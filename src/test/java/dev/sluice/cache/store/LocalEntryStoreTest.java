package dev.sluice.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalEntryStoreTest extends EntryStoreContract {

  private final LocalEntryStore near = new LocalEntryStore(1_000_000, clock);

  @Override
  EntryStore store() {
    return near;
  }

  @Test
  void holdsNoMoreBytesThanItMay() {
    LocalEntryStore small = new LocalEntryStore(10_000, clock);
    for (int i = 0; i < 100; i++) {
      fill(small, Entries.key("products", "" + i, "json"), "x".repeat(1000));
    }
    assertThat(small.bytes()).isBetween(5_000L, 10_000L);
  }

  @Test
  void holdsNothingWhenItMayHoldNoBytes() {
    LocalEntryStore off = new LocalEntryStore(0, clock);
    EntryStore.Begun begun = off.begin(Entries.wanted(KEY), Map.of());
    off.store(KEY, Entries.entry("a", clock.instant()), begun.permit());
    assertThat(off.find(Entries.wanted(KEY)).entry()).isEmpty();
  }

  @Test
  void letsGoOfWhatIsOfNoMoreUse() {
    fill(near, KEY, "a");
    clock.advance(Entries.FRESH.plus(Duration.ofMillis(1)));
    assertThat(near.bytes()).isZero();
  }

  private static void fill(LocalEntryStore near, EntryKey key, String body) {
    EntryStore.Begun begun = near.begin(Entries.wanted(key), Map.of());
    near.store(key, Entries.entry(body, clock.instant()), begun.permit());
  }
}
