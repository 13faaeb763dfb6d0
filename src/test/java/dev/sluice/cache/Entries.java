package dev.sluice.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Entries and keys for tests. */
final class Entries {

  static final Duration FRESH = Duration.ofSeconds(30);

  private Entries() {}

  static CacheEntry entry(String body, Lifetime lifetime) {
    return new CacheEntry(
        200, List.of(new Header("X-Own", "ünï")), body.getBytes(UTF_8), lifetime, Map.of());
  }

  static CacheEntry entry(String body, Instant now) {
    return entry(body, Lifetime.from(now, FRESH, Duration.ZERO, Duration.ZERO));
  }

  static String body(CacheEntry entry) {
    return new String(entry.body(), UTF_8);
  }

  static EntryKey key(String cache, String base, String variant) {
    return new EntryKey(cache, CacheKeys.hash(List.of(base)), CacheKeys.hash(List.of(variant)));
  }
}
