package dev.sluice.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.store.EntryStore.Absent;
import dev.sluice.cache.store.EntryStore.Permit;
import dev.sluice.cache.store.EntryStore.Present;
import dev.sluice.testing.SettableClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What any store of entries does. */
abstract class EntryStoreContract {

  static final EntryKey KEY = Entries.key("products", "7", "json");
  static final EntryKey OTHER_VARIANT = Entries.key("products", "7", "xml");
  static final EntryKey OTHER_KEY = Entries.key("products", "8", "json");
  static final String TAG = Entries.hash("product:7");
  static final SettableClock clock = new SettableClock();

  abstract EntryStore store();

  private Permit begin(EntryKey key, String... tags) {
    return store().begin(Entries.wanted(key, tags), Map.of()).permit();
  }

  private boolean put(EntryKey key, String body, Permit permit) {
    return store().store(key, Entries.entry(body, clock.instant()).withTags(permit.tags()), permit);
  }

  private String found(EntryKey key) {
    return store().find(Entries.wanted(key)).entry().map(Entries::body).orElse("none");
  }

  @Test
  void findsWhatWasStoredWithAllThatBelongsToIt() {
    put(KEY, "a", begin(KEY, TAG));
    CacheEntry entry = store().find(Entries.wanted(KEY)).entry().orElseThrow();
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
  void tellsWhoBeginsOfWhatWasStoredMeanwhile() {
    assertThat(store().begin(Entries.wanted(KEY), Map.of())).isInstanceOf(Absent.class);
    put(KEY, "a", begin(KEY, TAG));
    assertThat(store().begin(Entries.wanted(KEY, TAG), Map.of())).isInstanceOf(Present.class);
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
  void evictsWhatHasATagAndNothingElse() {
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
  void anEvictionOfTheKeyDuringAFillWins() {
    Permit before = begin(KEY);
    store().evict(new Eviction.OfKey(KEY.cache(), KEY.base()));
    assertThat(put(KEY, "old", before)).isFalse();
    assertThat(found(KEY)).isEqualTo("none");
  }

  @Test
  void anEvictionDuringAFillWinsEvenIfTheNextFillHasBegun() {
    Permit before = begin(KEY);
    store().evict(new Eviction.OfKey(KEY.cache(), KEY.base()));
    Permit after = begin(KEY);
    assertThat(put(KEY, "old", before)).isFalse();
    assertThat(put(KEY, "new", after)).isTrue();
    assertThat(put(KEY, "old", before)).isFalse();
    assertThat(found(KEY)).isEqualTo("new");
  }

  @Test
  void anEvictionOfATagDuringAFillWins() {
    Permit before = begin(KEY, TAG);
    store().evict(new Eviction.OfTag(TAG));
    put(KEY, "old", before);
    assertThat(found(KEY)).isEqualTo("none");
    assertThat(store().areCurrent(before.tags())).isFalse();
  }

  @Test
  void aClearDuringAFillWinsEvenIfTheNextFillHasStored() {
    Permit before = begin(KEY);
    store().evict(new Eviction.OfCache(KEY.cache()));
    put(KEY, "new", begin(KEY));
    put(KEY, "old", before);
    assertThat(found(KEY)).isNotEqualTo("old");
  }

  @Test
  void aKeyHasABoundedNumberOfVariantsOfWhichTheNewestIsThere() {
    List<EntryKey> variants =
        IntStream.range(0, 200).mapToObj(i -> Entries.key("products", "7", "accept " + i)).toList();
    for (EntryKey variant : variants) {
      put(variant, "a", begin(variant));
      assertThat(found(variant)).isEqualTo("a");
    }
    assertThat(variants.stream().filter(variant -> found(variant).equals("a")).count())
        .isBetween(1L, 64L);
  }

  @Test
  void aClearDuringAFillRefusesWhatWasMade() {
    Permit before = begin(KEY);
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
  @ValueSource(strings = {"key", "tag", "cache"})
  void anEvictionWinsOverFillsInEveryOrder(String kind) {
    Eviction eviction =
        switch (kind) {
          case "key" -> new Eviction.OfKey(KEY.cache(), KEY.base());
          case "tag" -> new Eviction.OfTag(TAG);
          default -> new Eviction.OfCache(KEY.cache());
        };
    int orders = 0;
    for (String order : permutations("ABabE")) { // A begins, a stores; B begins, b stores
      if (order.indexOf('A') < order.indexOf('a') && order.indexOf('B') < order.indexOf('b')) {
        orders++;
        store().evict(new Eviction.OfKey(KEY.cache(), KEY.base()));
        String expected = kind.equals("tag") ? lastIfLater(order) : lastOfTheLater(order);
        assertThat(foundAfter(order, eviction)).as(order).isEqualTo(expected);
      }
    }
    assertThat(orders).isEqualTo(30);
  }

  private String foundAfter(String order, Eviction eviction) {
    Map<Character, Permit> permits = new HashMap<>();
    for (char step : order.toCharArray()) {
      switch (step) {
        case 'A', 'B' -> permits.put(step, begin(KEY, TAG));
        case 'a', 'b' -> put(KEY, "" + step, permits.get(Character.toUpperCase(step)));
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

  @Test
  void dropsOneVariant() {
    put(KEY, "a", begin(KEY));
    put(OTHER_VARIANT, "b", begin(OTHER_VARIANT));
    store().drop(KEY);
    assertThat(List.of(found(KEY), found(OTHER_VARIANT))).containsExactly("none", "b");
  }
}
