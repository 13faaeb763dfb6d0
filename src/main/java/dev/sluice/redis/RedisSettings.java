package dev.sluice.redis;

import dev.sluice.config.Settings;
import dev.sluice.config.SettingsGroup;
import dev.sluice.redis.RedisServer.Login;
import dev.sluice.redis.RedisUrl.Credentials;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of the connections to Redis.
 *
 * @param url the Redis of caches and limits; empty: everything is kept in this process
 * @param tasksUrl the Redis of tasks, by default the same
 * @param timeout budget of one call: 1 ms to 1 minute
 * @param poolSize connections to a node at most, for each of caches, limits and tasks, 1 to 10,000
 * @param login how to log in where the URL does not say it
 * @param keyPrefix first part of every key; empty: the application's name, see {@link
 *     RedisConnections#keyPrefix}
 */
@SettingsGroup
public record RedisSettings(
    Optional<RedisUrl> url,
    Optional<RedisUrl> tasksUrl,
    Duration timeout,
    int poolSize,
    Login login,
    Optional<String> keyPrefix) {

  public RedisSettings(Settings read) {
    this(read, url(read, "redis.url"));
  }

  private RedisSettings(Settings read, Optional<RedisUrl> url) {
    this(
        url,
        url(read, "tasks.redis.url").or(() -> url),
        read.duration("redis.timeout", "250ms", Duration.ofMillis(1), Duration.ofMinutes(1)),
        read.integer("redis.pool-size", "32", 1, 10_000),
        login(read),
        read.optional("key-prefix", RedisSettings::toKeyPrefix, text -> '"' + text + '"'));
  }

  private static Login login(Settings read) {
    Optional<String> user = read.optional("redis.sentinel-user");
    return new Login(
        read.optional("redis.sentinel-password").map(text -> new Credentials(user, text)),
        read.optional("redis.password-file").map(file -> Login.file(Path.of(file))));
  }

  private static String toKeyPrefix(String text) {
    if (!text.matches("[A-Za-z0-9_.-]{1,64}")) {
      throw new IllegalArgumentException("expected 1 to 64 letters, digits, . _ -");
    }
    return text;
  }

  private static Optional<RedisUrl> url(Settings read, String name) {
    return read.optional(name, RedisUrl::parse, RedisSettings::withoutPassword);
  }

  /** Hides all up to the last @: a password may contain an unescaped / or @ by mistake. */
  private static String withoutPassword(String url) {
    return url.replaceFirst("//.*@", "//***@");
  }
}
