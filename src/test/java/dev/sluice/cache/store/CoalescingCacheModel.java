package dev.sluice.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.store.Lookup.Hit;
import dev.sluice.cache.store.Lookup.Miss;
import dev.sluice.cache.store.LookupRequest.Acceptance;
import dev.sluice.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Random lookups, fills that overlap, evictions and passing time, against a reference that is a
 * map: what is found is what was stored last, is fresh, and was begun after every eviction of it.
 */
abstract class CoalescingCacheModel {

  private static final List<String> CACHES = List.of("products", "orders");
  private static final List<String> TAGS = List.of("red", "green");

  /** One step; what the number means depends on the kind. */
  record Step(Kind kind, int number) {}

  enum Kind {
    LOOK_UP,
    STORE,
    ABANDON,
    EVICT_KEY,
    EVICT_TAG,
    CLEAR,
    WAIT
  }

  /** A fill under way, and how often what it depends on had been evicted when it began. */
  private record Open(EntryKey key, Fill fill, String evictions, int storesOfBase) {}

  private record Stored(String body, Instant fresh, String evictions) {}

  private final SettableClock clock = new SettableClock();
  private final Map<EntryKey, Stored> reference = new HashMap<>();
  private final Map<String, Integer> evictions = new HashMap<>();
  private final Map<String, Integer> stores = new HashMap<>();
  private final List<Open> open = new ArrayList<>();
  private CoalescingCache cache;
  private int bodies;

  /** An empty cache on this clock, in which nobody waits for anybody. */
  abstract CoalescingCache empty(SettableClock clock);

  @Property(tries = 300)
  void findsWhatAMapWouldFind(@ForAll("steps") List<Step> steps) {
    reference.clear();
    evictions.clear();
    stores.clear();
    open.clear();
    cache = empty(clock);
    steps.forEach(this::run);
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Kind> kinds =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(6, Arbitraries.of(Kind.LOOK_UP)),
            net.jqwik.api.Tuple.of(6, Arbitraries.of(Kind.STORE)),
            net.jqwik.api.Tuple.of(4, Arbitraries.of(Kind.class)));
    return Combinators.combine(kinds, Arbitraries.integers().between(0, 7))
        .as(Step::new)
        .list()
        .ofMaxSize(40);
  }

  private void run(Step step) {
    int n = step.number();
    switch (step.kind()) {
      case LOOK_UP -> lookUp(key(n));
      case STORE -> store(n);
      case ABANDON -> {
        if (!open.isEmpty()) {
          open.remove(n % open.size()).fill().abandon("test");
        }
      }
      case EVICT_KEY ->
          evict("key " + key(n).base(), new Eviction.OfKey(key(n).cache(), key(n).base()));
      case EVICT_TAG ->
          evict("tag " + TAGS.get(n % 2), new Eviction.OfTag(Entries.hash(TAGS.get(n % 2))));
      case CLEAR -> evict("cache " + CACHES.get(n % 2), new Eviction.OfCache(CACHES.get(n % 2)));
      case WAIT -> clock.advance(Duration.ofSeconds(1 + n));
    }
  }

  /** Two caches, two keys each, two variants each. */
  private static EntryKey key(int n) {
    return Entries.key(CACHES.get(n & 1), CACHES.get(n & 1) + (n >> 1 & 1), "" + (n >> 2));
  }

  private static List<String> tags(EntryKey key) {
    return key.base().compareTo("M") < 0 ? TAGS : TAGS.subList(0, 1);
  }

  private void lookUp(EntryKey key) {
    List<String> tags = tags(key).stream().map(Entries::hash).toList();
    Lookup found =
        cache.lookup(new LookupRequest(key, tags, Duration.ofSeconds(10), Acceptance.FRESH));
    Stored expected = reference.get(key);
    boolean isThere =
        expected != null
            && clock.instant().isBefore(expected.fresh())
            && expected.evictions().equals(evictions(key));
    if (found instanceof Hit hit) {
      assertThat(isThere).isTrue();
      assertThat(Entries.body(hit.entry())).isEqualTo(expected.body());
    } else {
      assertThat(isThere).isFalse();
      open.add(
          new Open(key, ((Miss) found).fill(), evictions(key), stores.getOrDefault(key.base(), 0)));
    }
  }

  private void store(int n) {
    if (open.isEmpty()) {
      return;
    }
    Open ended = open.remove(n % open.size());
    String body = "body " + bodies++;
    Lifetime lifetime =
        Lifetime.from(clock.instant(), Duration.ofSeconds(10), Duration.ZERO, Duration.ZERO);
    boolean stored = ended.fill().store(Entries.entry(body, lifetime));
    if (!refusing(ended.evictions()).equals(refusing(evictions(ended.key())))) {
      assertThat(stored).isFalse();
    } else if (ended.storesOfBase() == stores.getOrDefault(ended.key().base(), 0)) {
      assertThat(stored).isTrue();
    }
    if (stored) {
      stores.merge(ended.key().base(), 1, Integer::sum);
      reference.put(ended.key(), new Stored(body, lifetime.fresh(), ended.evictions()));
    }
  }

  private void evict(String what, Eviction eviction) {
    cache.evict(eviction);
    evictions.merge(what, 1, Integer::sum);
  }

  private String evictions(EntryKey key) {
    StringBuilder text = new StringBuilder("" + evictions.get("key " + key.base()));
    text.append('|').append(evictions.get("cache " + key.cache()));
    tags(key).forEach(tag -> text.append('|').append(evictions.get("tag " + tag)));
    return text.toString();
  }

  /** The evictions of the key and of the cache, after which nothing is stored. */
  private static String refusing(String evictions) {
    return evictions.replaceFirst("^([^|]*\\|[^|]*).*", "$1");
  }
}
