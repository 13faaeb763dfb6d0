package dev.sluice.cache;

import dev.sluice.config.Settings;
import dev.sluice.config.SettingsGroup;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the response cache.
 *
 * @param enabled false: every call runs its method
 * @param version part of every key
 * @param localMaxBytes bytes of responses kept in this process at most: the near cache in front of
 *     Redis, or all responses without Redis
 * @param localMaxAge how long the near cache serves a response after it was read from Redis, and
 *     how long a response computed during an outage of Redis is served
 * @param maxEntryBytes bytes of the largest body that is stored
 * @param maxWait how long a caller waits for another caller's computation
 * @param honorRequestDirectives whether a client's {@code Cache-Control} is followed
 * @param groups whether responses name their tags as groups for other caches
 * @param hosts the values of {@code Host} for which responses are cached, in lower case; all if
 *     empty
 * @param source reader of the caches' settings
 */
@SettingsGroup
public record CacheSettings(
    boolean enabled,
    String version,
    long localMaxBytes,
    Duration localMaxAge,
    int maxEntryBytes,
    Duration maxWait,
    boolean honorRequestDirectives,
    boolean groups,
    Set<String> hosts,
    Settings source) {

  static final String GROUP = "caches";

  public CacheSettings(Settings read) {
    this(
        read.flag("cache.enabled", "true"),
        read.text("cache.version", "", ".{0,64}", "at most 64 characters"),
        read.bytes("cache.local-max-bytes", "64MiB", 0, Long.MAX_VALUE),
        read.duration("cache.local-max-age", "60s", Duration.ofMillis(1), Duration.ofDays(1)),
        (int) read.bytes("cache.max-entry-bytes", "1MiB", 1, 512L << 20),
        read.duration("cache.max-wait", "10s", Duration.ofMillis(1), Duration.ofMinutes(10)),
        read.flag("cache.honor-request-directives", "false"),
        read.flag("cache.groups", "false"),
        read.list("cache.hosts").stream()
            .map(host -> host.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet()),
        read);
    read.declareNamed(
        GROUP,
        Set.of(
            "expire",
            "stale-while-revalidate",
            "stale-if-error",
            "negative-expire",
            "max-age",
            "jitter",
            "refresh-ahead"));
  }

  /**
   * The operator's settings of one cache.
   *
   * @throws IllegalArgumentException if one of them is wrong
   */
  CacheOverrides overrides(String cache) {
    return CacheOverrides.of(source.named(GROUP, cache));
  }

  /** Whether responses to requests for this {@code Host} are cached. */
  boolean isKnownHost(@Nullable String host) {
    return hosts.isEmpty() || (host != null && hosts.contains(host.toLowerCase(Locale.ROOT)));
  }
}
