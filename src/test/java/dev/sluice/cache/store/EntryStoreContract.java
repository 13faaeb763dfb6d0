package dev.sluice.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.store.EntryStore.Lease;
import dev.sluice.testing.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The behaviour of every store of entries. */
abstract class EntryStoreContract {

  static final EntryKey KEY = Entries.key("products", "7", "json");
  static final EntryKey OTHER_VARIANT = Entries.key("products", "7", "xml");
  static final EntryKey OTHER_KEY = Entries.key("products", "8", "json");
  static final String TAG = Entries.hash("product:7");
  static final SettableClock clock = new SettableClock();

  abstract EntryStore store();

  private Lease begin(EntryKey key, String... tags) {
    return store().begin(Entries.request(key, tags)).lease();
  }

  private boolean put(EntryKey key, String body, Lease lease) {
    return store()
        .store(key, Entries.entry(body, clock.instant()).withTags(lease.tagStamps()), lease);
  }

  private String found(EntryKey key) {
    return store().find(Entries.request(key)).map(Entries::body).orElse("none");
  }

  @Test
  void findsStoredEntryWithStatusFieldsAndTimes() {
    put(KEY, "a", begin(KEY, TAG));
    CacheEntry entry = store().find(Entries.request(KEY)).orElseThrow();
    assertThat(Entries.body(entry)).isEqualTo("a");
    assertThat(entry.status()).isEqualTo(200);
    assertThat(entry.headers()).containsExactly(new Header("X-Own", "ünï"));
    assertThat(entry.lifetime()).isEqualTo(Entries.entry("a", clock.instant()).lifetime());
  }

  @Test
  void keepsVariantsAndKeysApart() {
    put(KEY, "a", begin(KEY));
    put(OTHER_VARIANT, "b", begin(OTHER_VARIANT));
    assertThat(List.of(found(KEY), found(OTHER_VARIANT), found(OTHER_KEY)))
        .containsExactly("a", "b", "none");
  }

  @Test
  void findsEntryStoredMeanwhileWhenFillBegins() {
    assertThat(store().begin(Entries.request(KEY)).entry()).isEmpty();
    put(KEY, "a", begin(KEY, TAG));
    assertThat(store().begin(Entries.request(KEY, TAG)).entry()).isPresent();
  }

  @Test
  void evictsAllVariantsOfAKeyAndNoOther() {
    put(KEY, "a", begin(KEY));
    put(OTHER_VARIANT, "b", begin(OTHER_VARIANT));
    put(OTHER_KEY, "c", begin(OTHER_KEY));
    store().evict(new Eviction.OfKey(KEY.cache(), KEY.base()));
    assertThat(List.of(found(KEY), found(OTHER_VARIANT), found(OTHER_KEY)))
        .containsExactly("none", "none", "c");
  }

  @Test
  void evictsEntriesWithTagAndNoOther() {
    put(KEY, "a", begin(KEY, TAG, Entries.hash("all")));
    put(OTHER_KEY, "c", begin(OTHER_KEY, Entries.hash("product:8")));
    store().evict(new Eviction.OfTag(TAG));
    assertThat(List.of(found(KEY), found(OTHER_KEY))).containsExactly("none", "c");
  }

  @Test
  void clearsOneCache() {
    EntryKey elsewhere = Entries.key("orders", "7", "json");
    put(KEY, "a", begin(KEY));
    put(OTHER_KEY, "b", begin(OTHER_KEY));
    put(elsewhere, "c", begin(elsewhere));
    store().evict(new Eviction.OfCache("products"));
    assertThat(List.of(found(KEY), found(OTHER_KEY), found(elsewhere)))
        .containsExactly("none", "none", "c");
  }

  @Test
  void evictionOfKeyDuringFillWins() {
    Lease before = begin(KEY);
    store().evict(new Eviction.OfKey(KEY.cache(), KEY.base()));
    assertThat(put(KEY, "old", before)).isFalse();
    assertThat(found(KEY)).isEqualTo("none");
  }

  @Test
  void evictionDuringFillWinsAfterNextFillHasBegun() {
    Lease before = begin(KEY);
    store().evict(new Eviction.OfKey(KEY.cache(), KEY.base()));
    Lease after = begin(KEY);
    assertThat(put(KEY, "old", before)).isFalse();
    assertThat(put(KEY, "new", after)).isTrue();
    assertThat(put(KEY, "old", before)).isFalse();
    assertThat(found(KEY)).isEqualTo("new");
  }

  @Test
  void evictionOfTagDuringFillWins() {
    Lease before = begin(KEY, TAG);
    store().evict(new Eviction.OfTag(TAG));
    put(KEY, "old", before);
    assertThat(found(KEY)).isEqualTo("none");
    assertThat(store().areCurrent(before.tagStamps())).isFalse();
  }

  @Test
  void clearDuringFillWinsAfterNextFillHasStored() {
    Lease before = begin(KEY);
    store().evict(new Eviction.OfCache(KEY.cache()));
    put(KEY, "new", begin(KEY));
    put(KEY, "old", before);
    assertThat(found(KEY)).isNotEqualTo("old");
  }

  /** Attackers choose base keys, and applications choose variants. */
  @Test
  void storesEveryVariantBesideTheOthers() {
    List<EntryKey> variants =
        IntStream.range(0, 200).mapToObj(i -> Entries.key("products", "7", "type " + i)).toList();
    variants.forEach(variant -> put(variant, "a", begin(variant)));
    assertThat(variants).allSatisfy(variant -> assertThat(found(variant)).isEqualTo("a"));
  }

  @Test
  void storesSlowVariantBesideFastOne() {
    Lease slow = begin(OTHER_VARIANT);
    Lifetime second =
        Lifetime.from(clock.instant(), Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO);
    store().store(KEY, Entries.entry("fast", second), begin(KEY));
    passTime(Duration.ofMillis(1100));
    assertThat(put(OTHER_VARIANT, "slow", slow)).isTrue();
    assertThat(found(OTHER_VARIANT)).isEqualTo("slow");
  }

  /** Lets the store's own time pass. */
  abstract void passTime(Duration time);

  @Test
  void evictsEntriesOfAllUsersByTheirCommonKey() {
    String logicalKey = Entries.hash("product 7");
    EntryKey alice = Entries.key("products", "product 7 alice", "json");
    EntryKey bob = Entries.key("products", "product 7 bob", "json");
    put(alice, "a", begin(alice, logicalKey));
    put(bob, "b", begin(bob, logicalKey));
    assertThat(List.of(found(alice), found(bob))).containsExactly("a", "b");
    Lease running = begin(alice, logicalKey);
    store().evict(new Eviction.OfKey("products", logicalKey));
    put(alice, "old", running);
    assertThat(List.of(found(alice), found(bob))).containsExactly("none", "none");
  }

  @Test
  void refusesFillThatBeganBeforeClear() {
    Lease before = begin(KEY);
    store().evict(new Eviction.OfCache(KEY.cache()));
    begin(OTHER_KEY);
    assertThat(put(KEY, "old", before)).isFalse();
  }

  /**
   * Two fills and an eviction, in each of the 30 orders in which every fill begins before it
   * stores: what is found is of a fill that began after the eviction. Of a key or a cache, an older
   * fill is refused; of a tag, it may store, and what it has stored is dead.
   */
  @ParameterizedTest
  @ValueSource(strings = {"key", "tag", "cache", "tag of the result"})
  void evictionWinsOverFillsInEveryOrder(String kind) {
    Eviction eviction =
        switch (kind) {
          case "key" -> new Eviction.OfKey(KEY.cache(), KEY.base());
          case "tag", "tag of the result" -> new Eviction.OfTag(TAG);
          default -> new Eviction.OfCache(KEY.cache());
        };
    int orders = 0;
    for (String order : permutations("ABabE")) { // A begins, a stores; B begins, b stores
      if (order.indexOf('A') < order.indexOf('a') && order.indexOf('B') < order.indexOf('b')) {
        orders++;
        store().evict(new Eviction.OfKey(KEY.cache(), KEY.base()));
        String expected = kind.equals("tag") ? lastIfLater(order) : lastOfTheLater(order);
        assertThat(foundAfter(order, eviction, kind)).as(order).isEqualTo(expected);
      }
    }
    assertThat(orders).isEqualTo(30);
  }

  private String foundAfter(String order, Eviction eviction, String kind) {
    boolean late = kind.equals("tag of the result");
    Map<Character, Lease> leases = new HashMap<>();
    for (char step : order.toCharArray()) {
      switch (step) {
        case 'A', 'B' -> leases.put(step, late ? beginWithTagsToCome(KEY) : begin(KEY, TAG));
        case 'a', 'b' -> {
          Lease lease = leases.get(Character.toUpperCase(step));
          boolean stored =
              late ? putWithTags(KEY, "" + step, lease, TAG) : put(KEY, "" + step, lease);
          assertThat(stored || order.indexOf('E') < order.indexOf(step)).isTrue();
        }
        default -> store().evict(eviction);
      }
    }
    return found(KEY);
  }

  /** The last to store, if it began after the eviction. */
  private static String lastIfLater(String order) {
    String last = "" + order.replace("E", "").charAt(3);
    return order.indexOf(last.toUpperCase(Locale.ROOT)) > order.indexOf('E') ? last : "none";
  }

  /** The last to store of those that began after the eviction. */
  private static String lastOfTheLater(String order) {
    String after = order.substring(order.indexOf('E'));
    return after
        .chars()
        .filter(Character::isLowerCase)
        .mapToObj(step -> "" + (char) step)
        .filter(step -> after.contains(step.toUpperCase(Locale.ROOT)))
        .reduce((first, last) -> last)
        .orElse("none");
  }

  private Lease beginWithTagsToCome(EntryKey key, String... tags) {
    return store().begin(Entries.request(key, tags).withTagsToCome()).lease();
  }

  /** Stores an entry with tags that its computation has brought. */
  private boolean putWithTags(EntryKey key, String body, Lease lease, String... tags) {
    Map<String, String> stamps = lease.knownTags();
    Optional<Map<String, String>> more = store().stamps(key, List.of(tags), lease);
    more.ifPresent(stamps::putAll);
    CacheEntry entry = Entries.entry(body, clock.instant()).withTags(stamps);
    return more.isPresent() && store().store(key, entry, lease);
  }

  @Test
  void evictsEntriesByTagsOfBothKinds() {
    String late = Entries.hash("owner:1");
    for (String tag : List.of(TAG, late)) {
      assertThat(putWithTags(KEY, "a", beginWithTagsToCome(KEY, TAG), late)).isTrue();
      assertThat(found(KEY)).isEqualTo("a");
      store().evict(new Eviction.OfTag(tag));
      assertThat(found(KEY)).isEqualTo("none");
    }
  }

  @Test
  void evictionOfAnotherTagStopsFewFillsWithTagsToCome() {
    int stored = 0;
    for (int i = 0; i < 100; i++) {
      Lease lease = beginWithTagsToCome(KEY);
      store().evict(new Eviction.OfTag(Entries.hash("other" + i)));
      stored += putWithTags(KEY, "a", lease, TAG) ? 1 : 0;
    }
    assertThat(stored).isGreaterThan(75);
  }

  @Test
  void fillThatBeganWithoutGuardsGetsNoMoreTags() {
    assertThat(putWithTags(KEY, "a", begin(KEY), TAG)).isFalse();
  }

  private static List<String> permutations(String steps) {
    if (steps.isEmpty()) {
      return List.of("");
    }
    List<String> all = new ArrayList<>();
    for (int i = 0; i < steps.length(); i++) {
      char first = steps.charAt(i);
      permutations(steps.substring(0, i) + steps.substring(i + 1))
          .forEach(rest -> all.add(first + rest));
    }
    return all;
  }

  private boolean replace(EntryKey key, String body, Lease lease) {
    return store().replace(key, Entries.entry(body, clock.instant()), lease);
  }

  @Test
  void replacementDeletesOtherVariantsAndEndsTheirFills() {
    put(KEY, "a", begin(KEY));
    put(OTHER_VARIANT, "b", begin(OTHER_VARIANT));
    Lease running = begin(OTHER_VARIANT);
    Lease replacing = begin(KEY);
    assertThat(replace(KEY, "new", replacing)).isTrue();
    assertThat(List.of(found(KEY), found(OTHER_VARIANT))).containsExactly("new", "none");
    assertThat(put(OTHER_VARIANT, "old", running)).isFalse();
    assertThat(put(KEY, "old", replacing)).isFalse();
    assertThat(found(KEY)).isEqualTo("new");
  }

  @Test
  void evictionOrReplacementDuringReplacementWins() {
    Lease evicted = begin(KEY);
    store().evict(new Eviction.OfKey(KEY.cache(), KEY.base()));
    assertThat(replace(KEY, "old", evicted)).isFalse();
    Lease first = begin(KEY);
    Lease second = begin(KEY);
    assertThat(replace(KEY, "second", second)).isTrue();
    assertThat(replace(KEY, "first", first)).isFalse();
    Lease cleared = begin(KEY);
    store().evict(new Eviction.OfCache(KEY.cache()));
    assertThat(replace(KEY, "old", cleared)).isFalse();
    assertThat(found(KEY)).isEqualTo("none");
  }

  @Test
  void dropsOneVariant() {
    put(KEY, "a", begin(KEY));
    put(OTHER_VARIANT, "b", begin(OTHER_VARIANT));
    store().drop(KEY);
    assertThat(List.of(found(KEY), found(OTHER_VARIANT))).containsExactly("none", "b");
  }
}
