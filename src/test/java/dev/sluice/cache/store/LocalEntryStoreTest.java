package dev.sluice.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LocalEntryStoreTest extends EntryStoreContract {

  private final LocalEntryStore local = new LocalEntryStore(1_000_000, clock);

  @Override
  EntryStore store() {
    return local;
  }

  @Override
  void passTime(Duration time) {
    clock.advance(time);
  }

  @Test
  void staysWithinItsBytes() {
    LocalEntryStore small = new LocalEntryStore(10_000, clock);
    for (int i = 0; i < 100; i++) {
      fill(small, Entries.key("products", "" + i, "json"), "x".repeat(1000));
    }
    assertThat(small.bytes()).isBetween(5_000L, 10_000L);
  }

  @Test
  void storesNothingWithinZeroBytes() {
    LocalEntryStore off = new LocalEntryStore(0, clock);
    EntryStore.Begun begun = off.begin(Entries.request(KEY));
    off.store(KEY, Entries.entry("a", clock.instant()), begun.lease());
    assertThat(off.find(Entries.request(KEY))).isEmpty();
  }

  @Test
  void deletesExpiredEntries() {
    fill(local, KEY, "a");
    clock.advance(Entries.FRESH.plus(Duration.ofMillis(1)));
    assertThat(local.bytes()).isZero();
  }

  @Test
  void holdsStampsOfManyTagsWithinItsBytes() {
    for (int i = 0; i < 20_000; i++) {
      fill(local, KEY, "a", Entries.hash("tag " + i));
    }
    assertThat(local.bytes()).isBetween(100_000L, 130_000L); // an eighth of its bytes, one entry
    assertThat(local.find(Entries.request(KEY))).isPresent();
  }

  private static void fill(LocalEntryStore local, EntryKey key, String body, String... tags) {
    EntryStore.Begun begun = local.begin(Entries.request(key, tags));
    local.store(key, Entries.entry(body, clock.instant()), begun.lease());
  }
}
