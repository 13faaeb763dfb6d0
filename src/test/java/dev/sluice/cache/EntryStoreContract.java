package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.EntryStore.Absent;
import dev.sluice.cache.EntryStore.Begun;
import dev.sluice.cache.EntryStore.Permit;
import dev.sluice.cache.EntryStore.Present;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What any store of entries does. */
abstract class EntryStoreContract {

  static final EntryKey KEY = Entries.key("products", "7", "json");
  static final EntryKey OTHER_VARIANT = Entries.key("products", "7", "xml");
  static final EntryKey OTHER_KEY = Entries.key("products", "8", "json");
  static final String TAG = TagTemplate.hash("product:7");
  static final SettableClock clock = new SettableClock();

  abstract EntryStore store();

  private Permit begin(EntryKey key, String... tags) {
    Begun begun = store().begin(key, List.of(tags), Entries.FRESH);
    return begun instanceof Present present ? present.permit() : ((Absent) begun).permit();
  }

  private boolean put(EntryKey key, String body, Permit permit) {
    return store().store(key, Entries.entry(body, clock.instant()).withTags(permit.tags()), permit);
  }

  private String found(EntryKey key) {
    return store().find(key).map(Entries::body).orElse("none");
  }

  @Test
  void findsWhatWasStoredWithAllThatBelongsToIt() {
    put(KEY, "a", begin(KEY, TAG));
    CacheEntry entry = store().find(KEY).orElseThrow();
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
    assertThat(store().begin(KEY, List.of(), Entries.FRESH)).isInstanceOf(Absent.class);
    put(KEY, "a", begin(KEY, TAG));
    assertThat(store().begin(KEY, List.of(TAG), Entries.FRESH)).isInstanceOf(Present.class);
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
    put(KEY, "a", begin(KEY, TAG, TagTemplate.hash("all")));
    put(OTHER_KEY, "c", begin(OTHER_KEY, TagTemplate.hash("product:8")));
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
  void dropsOneVariant() {
    put(KEY, "a", begin(KEY));
    put(OTHER_VARIANT, "b", begin(OTHER_VARIANT));
    store().drop(KEY);
    assertThat(List.of(found(KEY), found(OTHER_VARIANT))).containsExactly("none", "b");
  }
}
