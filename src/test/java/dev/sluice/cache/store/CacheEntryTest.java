package dev.sluice.cache.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CacheEntryTest {

  private static final CacheEntry ENTRY =
      Entries.entry("bödy", Instant.parse("2026-11-22T12:00:00Z")).withTags(Map.of("t", "s"));

  @Test
  void readsWhatItWrote() {
    CacheEntry read = CacheEntry.parse(ENTRY.toBytes()).orElseThrow();
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.headers()).isEqualTo(ENTRY.headers());
    assertThat(read.lifetime()).isEqualTo(ENTRY.lifetime());
    assertThat(read.tags()).isEqualTo(ENTRY.tags());
    assertThat(new String(read.body(), UTF_8)).isEqualTo("bödy");
  }

  @Property
  void readsNothingElse(@ForAll byte[] garbage) {
    assertThat(CacheEntry.parse(garbage)).isEmpty();
  }

  @Property
  void noticesEveryChangedByte(
      @ForAll @IntRange(max = 10_000) int at, @ForAll @IntRange(min = 1, max = 255) int by) {
    byte[] bytes = ENTRY.toBytes();
    bytes[at % bytes.length] ^= (byte) by;
    assertThat(CacheEntry.parse(bytes)).isEmpty();
  }

  @Property
  void noticesThatItWasCut(@ForAll @IntRange(max = 10_000) int length) {
    byte[] bytes = ENTRY.toBytes();
    assertThat(CacheEntry.parse(Arrays.copyOf(bytes, length % bytes.length))).isEmpty();
  }

  @Test
  void isNotFreshWhenItWasStoredByAClockThatHasBeenSetBack() {
    assertThat(ENTRY.lifetime().isFresh(Instant.parse("2026-11-22T11:59:30Z"))).isTrue();
    assertThat(ENTRY.lifetime().isFresh(Instant.parse("2026-11-22T11:00:00Z"))).isFalse();
  }
}
