package dev.sluice.redis;

import dev.sluice.config.Settings;
import dev.sluice.config.SettingsGroup;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of the connections to Redis.
 *
 * @param url the Redis of caches and limits; empty: everything is kept in this process
 * @param tasksUrl the Redis of tasks, by default the same
 * @param timeout budget of one call: 1 ms to 1 minute
 * @param poolSize connections at most, 1 to 10,000
 * @param keyPrefix first part of every key; empty: the application's name, see {@link
 *     RedisConnections#keyPrefix}
 */
@SettingsGroup
public record RedisSettings(
    Optional<URI> url,
    Optional<URI> tasksUrl,
    Duration timeout,
    int poolSize,
    Optional<String> keyPrefix) {

  public RedisSettings(Settings read) {
    this(read, url(read, "redis.url"));
  }

  private RedisSettings(Settings read, Optional<URI> url) {
    this(
        url,
        url(read, "tasks.redis.url").or(() -> url),
        read.duration("redis.timeout", "250ms", Duration.ofMillis(1), Duration.ofMinutes(1)),
        read.integer("redis.pool-size", "32", 1, 10_000),
        read.optional("key-prefix", RedisSettings::toKeyPrefix, text -> '"' + text + '"'));
  }

  private static String toKeyPrefix(String text) {
    if (!text.matches("[A-Za-z0-9_.-]{1,64}")) {
      throw new IllegalArgumentException("expected 1 to 64 letters, digits, . _ -");
    }
    return text;
  }

  private static Optional<URI> url(Settings read, String name) {
    return read.optional(name, RedisSettings::toUrl, RedisSettings::withoutPassword);
  }

  private static URI toUrl(String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not a URL: " + e.getReason(), e);
    }
    String scheme = String.valueOf(url.getScheme());
    if (scheme.equals("redis+cluster") || scheme.equals("redis+sentinel")) {
      throw new IllegalArgumentException(scheme + ":// is not supported yet");
    }
    if (!(scheme.equals("redis") || scheme.equals("rediss"))
        || url.getHost() == null
        || url.getRawQuery() != null
        || url.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "expected redis://[user:password@]host[:port][/database] or rediss://…");
    }
    if (url.getPath() != null && !url.getPath().matches("/?|/\\d{1,4}")) {
      throw new IllegalArgumentException("expected a database number after the host");
    }
    return url;
  }

  /** Hides all up to the last @: a password may contain an unescaped / or @ by mistake. */
  private static String withoutPassword(String url) {
    return url.replaceFirst("//.*@", "//***@");
  }
}
