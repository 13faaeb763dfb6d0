package dev.sluice.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.store.NearCache.Reading;
import dev.sluice.testing.SettableClock;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NearCacheTest {

  private static final Duration MAX_AGE = Duration.ofSeconds(10);
  private static final EntryKey KEY = Entries.key("products", "7", "json");
  private static final EntryKey OTHER_VARIANT = Entries.key("products", "7", "xml");
  private static final EntryKey OTHER_KEY = Entries.key("products", "8", "json");
  private static final String TAG = Entries.hash("tag");
  private static final RedisKeys NAMES = new RedisKeys("sluice");

  private final SettableClock clock = new SettableClock();
  private final NearCache near = new NearCache("sluice", 1_000_000, MAX_AGE, clock, clock);

  @BeforeEach
  void listen() {
    near.listening();
  }

  private CacheEntry entry(String body) {
    return Entries.entry(body, clock.instant()).withTags(Map.of(TAG, "tag 1"));
  }

  private void keep(EntryKey key, String body) {
    near.read().keep(key, "stamp 1", entry(body));
  }

  private Optional<String> found(EntryKey key) {
    return near.find(key).map(Entries::body);
  }

  /** What may happen to an entry while it is read, or after it was. */
  enum Change {
    WRITTEN((near, key) -> near.changed(NAMES.entriesName(key))),
    CACHE_CLEARED((near, key) -> near.changed(NAMES.cacheStampName(key))),
    TAG_EVICTED((near, key) -> near.changed(NAMES.tagStampName(TAG))),
    ALL_FLUSHED((near, key) -> near.flushed()),
    DISCONNECTED((near, key) -> near.disconnected()),
    CONNECTED_AGAIN(
        (near, key) -> {
          near.disconnected();
          near.listening();
        });

    final BiConsumer<NearCache, EntryKey> happen;

    Change(BiConsumer<NearCache, EntryKey> happen) {
      this.happen = happen;
    }
  }

  @Test
  void findsWhatWasRead() {
    keep(KEY, "a");
    assertThat(found(KEY)).contains("a");
    assertThat(found(OTHER_VARIANT)).isEmpty();
    assertThat(found(OTHER_KEY)).isEmpty();
  }

  @Test
  void isOffUntilTheListenerListens() {
    near.disconnected();
    keep(KEY, "a");
    assertThat(found(KEY)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void forgetsWhatChanges(Change change) {
    keep(KEY, "a");
    change.happen.accept(near, KEY);
    assertThat(found(KEY)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void doesNotKeepWhatChangedAfterItsReadBegan(Change change) {
    Reading begunBefore = near.read();
    change.happen.accept(near, KEY);
    begunBefore.keep(KEY, "stamp 1", entry("old"));
    assertThat(found(KEY)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DISCONNECTED")
  void keepsWhatIsReadAfterTheChange(Change change) {
    keep(KEY, "old");
    change.happen.accept(near, KEY);
    near.read().keep(KEY, "stamp 2", entry("new").withTags(Map.of(TAG, "tag 2")));
    assertThat(found(KEY)).contains("new");
  }

  /** Of two reads that overlap, one from before the change and one from after it. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DISCONNECTED")
  void keepsTheLaterOfTwoReadsInEitherOrder(Change change) {
    Reading before = near.read();
    change.happen.accept(near, KEY);
    Reading after = near.read();
    after.keep(KEY, "stamp 2", entry("new").withTags(Map.of(TAG, "tag 2")));
    before.keep(KEY, "stamp 1", entry("old"));
    assertThat(found(KEY)).contains("new");

    before.keep(KEY, "stamp 1", entry("old"));
    after.keep(KEY, "stamp 2", entry("new").withTags(Map.of(TAG, "tag 2")));
    assertThat(found(KEY)).contains("new");
  }

  /** The message of a change may arrive after a read that already shows the change. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DISCONNECTED")
  void aLateMessageCostsOneMoreReadAtMost(Change change) {
    Reading read = near.read();
    read.keep(KEY, "stamp 1", entry("new"));
    change.happen.accept(near, KEY);
    assertThat(found(KEY)).isEmpty();
    keep(KEY, "new");
    assertThat(found(KEY)).contains("new");
  }

  @Test
  void aChangeOfOneKeyLeavesOthersAlone() {
    keep(KEY, "a");
    keep(OTHER_VARIANT, "b");
    keep(OTHER_KEY, "c");
    near.changed(NAMES.entriesName(OTHER_KEY));
    assertThat(found(KEY)).contains("a");
    assertThat(found(OTHER_VARIANT)).contains("b");
    assertThat(found(OTHER_KEY)).isEmpty();
  }

  /** The stamp of a tag is written when its life is prolonged, too. */
  @Test
  void findsAnEntryAgainWhenAnotherReadConfirmsItsStamps() {
    keep(KEY, "a");
    near.changed(NAMES.tagStampName(TAG));
    assertThat(found(KEY)).isEmpty();
    keep(OTHER_KEY, "b");
    assertThat(found(KEY)).contains("a");
  }

  @Test
  void doesNotFindAnEntryUnderAnotherStamp() {
    keep(KEY, "a");
    near.read().keep(OTHER_KEY, "stamp 1", entry("b").withTags(Map.of(TAG, "tag 2")));
    assertThat(found(KEY)).isEmpty();
    assertThat(found(OTHER_KEY)).contains("b");
  }

  @Test
  void servesNoCopyLongerThanItsMaximumAgeAfterTheReadBegan() {
    Reading read = near.read();
    clock.advance(Duration.ofSeconds(3));
    read.keep(KEY, "stamp 1", entry("a"));
    clock.advance(Duration.ofSeconds(7).minusMillis(1));
    assertThat(found(KEY)).contains("a");
    clock.advance(Duration.ofMillis(1));
    assertThat(found(KEY)).isEmpty();
  }

  @Test
  void servesEachVariantUntilItsOwnEnd() {
    Lifetime fourSeconds =
        Lifetime.from(clock.instant(), Duration.ofSeconds(4), Duration.ZERO, Duration.ZERO);
    near.read().keep(KEY, "stamp 1", Entries.entry("short", fourSeconds));
    keep(OTHER_VARIANT, "long");
    clock.advance(Duration.ofSeconds(4));
    assertThat(found(KEY)).isEmpty();
    assertThat(found(OTHER_VARIANT)).contains("long");
  }

  @Test
  void doesNotServeBeyondFreshnessWhenTheDateJumps() {
    keep(KEY, "a");
    clock.setMicros(clock.micros() + Entries.FRESH.toMillis() * 1000);
    assertThat(found(KEY)).isEmpty();
  }

  @Test
  void doesNotKeepStaleEntries() {
    Lifetime stale = Lifetime.from(clock.instant(), Duration.ZERO, Entries.FRESH, Entries.FRESH);
    near.read().keep(KEY, "stamp 1", Entries.entry("stale", stale));
    assertThat(found(KEY)).isEmpty();
    assertThat(near.bytes()).isZero();
  }

  @Test
  void keepsWithinItsBound() {
    NearCache small = new NearCache("sluice", 50_000, MAX_AGE, clock, clock);
    small.listening();
    for (int i = 0; i < 1000; i++) {
      EntryKey key = Entries.key("products", "" + i, "json");
      small.read().keep(key, "stamp 1", entry("x".repeat(1000)));
      assertThat(small.bytes()).isLessThanOrEqualTo(50_000);
    }
  }

  @Test
  void keepsNothingInNoBytes() {
    NearCache none = new NearCache("sluice", 0, MAX_AGE, clock, clock);
    none.listening();
    none.read().keep(KEY, "stamp 1", entry("a"));
    assertThat(none.find(KEY)).isEmpty();
  }

  @Test
  void forgetsExpiredCopiesWithoutBeingAsked() {
    for (int i = 0; i < 100; i++) {
      keep(Entries.key("products", "" + i, "json"), "a");
    }
    clock.advance(MAX_AGE.multipliedBy(2));
    assertThat(near.bytes()).isZero();
  }

  @Test
  void anOldReadDoesNotReachWhatCameAfterTheFlush() {
    List<Reading> begun = List.of(near.read(), near.read());
    near.flushed();
    keep(KEY, "new");
    begun.forEach(read -> read.keep(KEY, "stamp 1", entry("old")));
    assertThat(found(KEY)).contains("new");
  }

  /** Figure: 1,000,000 entries of 1 KiB through 64 MiB: at most 80 MiB of heap are held. */
  @Test
  @Tag("soak")
  void holdsNotMuchMoreHeapThanItsBound() {
    long bound = 64L << 20;
    long before = usedHeap();
    NearCache large = new NearCache("sluice", bound, MAX_AGE, clock, clock);
    large.listening();
    byte[] body = new byte[1024];
    for (int i = 0; i < 1_000_000; i++) {
      EntryKey key = new EntryKey("products", Entries.hash("" + i), new String(KEY.variant()));
      Map<String, String> tags =
          i % 2 == 0 ? Map.of() : Map.of(Entries.hash("t" + i), "0123456789abcdef");
      CacheEntry made =
          CacheEntry.parse(
                  new CacheEntry(
                          200,
                          List.of(
                              new Header("Content-Type", "application/json"),
                              new Header("ETag", "\"" + i + "\"")),
                          body,
                          Lifetime.from(
                              clock.instant(), Entries.FRESH, Duration.ZERO, Duration.ZERO),
                          tags)
                      .toBytes())
              .orElseThrow();
      large.read().keep(key, "0123456789abcde" + i % 10, made);
    }
    assertThat(large.bytes()).isBetween(bound * 9 / 10, bound);
    long held = usedHeap() - before;
    System.out.printf("held %.1f MiB for %.1f MiB%n", held / 1048576.0, large.bytes() / 1048576.0);
    assertThat(held).isLessThanOrEqualTo(80L << 20);
  }

  private static long usedHeap() {
    for (int i = 0; i < 5; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
