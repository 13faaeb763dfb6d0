package dev.sluice.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.Config;

/**
 * Every setting, read once from MicroProfile Config under the prefix {@code sluice.} and validated.
 * Inject it; what is wrong has stopped the deployment by then.
 */
public final class Settings {

  /** The Redis that caches and limits share; without a URL everything stays in this process. */
  public record Redis(Optional<URI> url, Duration timeout, int poolSize) {}

  /** Bytes are bytes of bodies; {@code localMaxBytes} 0 switches the near tier off. */
  public record Cache(
      boolean enabled,
      String version,
      long localMaxBytes,
      Duration localMaxAge,
      int maxEntryBytes,
      Duration maxWait,
      boolean honorRequestDirectives) {}

  /** What an operator changes of one cache; absent members stay as declared. Times in seconds. */
  public record CacheOverrides(
      Optional<Integer> expire,
      Optional<Integer> staleWhileRevalidate,
      Optional<Integer> staleIfError,
      Optional<Integer> negativeExpire) {}

  /** {@code onOutage} is LOCAL, FAIL_OPEN or FAIL_CLOSED. */
  public record RateLimit(
      boolean enabled,
      Optional<String> defaultLimits,
      Optional<String> applicationLimits,
      String onOutage,
      boolean xHeaders) {}

  /**
   * What an operator changes of one policy; absent members stay as declared. A client is near a
   * limit of which it has used {@code near} percent.
   */
  public record PolicyOverrides(
      Optional<String> limits, Optional<String> message, boolean shadow, int warnAt) {}

  /** How a client's address is told behind proxies. */
  public record Client(List<String> trustedProxies, String forwardedHeader, int ipv6Prefix) {}

  /** {@code concurrency} tasks run and {@code capacity} are admitted on this node. */
  public record Tasks(
      Optional<URI> redisUrl,
      int concurrency,
      int capacity,
      int queueCapacity,
      Duration lease,
      int maxAttempts,
      Duration retention,
      Duration drain,
      Optional<String> statusPath) {}

  /** The four endpoints' own; the address is shown at start. */
  public record Service(Duration work, Path logFile, Optional<String> address) {}

  private final Config config;
  private final String keyPrefix;
  private final Redis redis;
  private final Cache cache;
  private final RateLimit rateLimit;
  private final Client client;
  private final Tasks tasks;
  private final Service service;
  private final Optional<IllegalArgumentException> mistakes;

  private Settings(Config config) {
    SettingsReader read = new SettingsReader(config);
    this.config = config;
    keyPrefix = read.text("key-prefix", "[A-Za-z0-9_.-]{1,64}", "1 to 64 letters, digits, . _ -");
    redis =
        new Redis(
            read.redisUrl("redis.url"),
            read.duration("redis.timeout", Duration.ofMillis(1), Duration.ofMinutes(1)),
            read.integer("redis.pool-size", 1, 10_000));
    cache =
        new Cache(
            read.flag("cache.enabled"),
            read.text("cache.version", ".{0,64}", "at most 64 characters"),
            read.bytes("cache.local-max-bytes", 0, Long.MAX_VALUE),
            read.duration("cache.local-max-age", Duration.ofMillis(1), Duration.ofDays(1)),
            (int) read.bytes("cache.max-entry-bytes", 1, 512L << 20),
            read.duration("cache.max-wait", Duration.ofMillis(1), Duration.ofMinutes(10)),
            read.flag("cache.honor-request-directives"));
    rateLimit =
        new RateLimit(
            read.flag("rate-limit.enabled"),
            read.optional("rate-limit.default"),
            read.optional("rate-limit.application"),
            read.text(
                "rate-limit.on-outage",
                "LOCAL|FAIL_OPEN|FAIL_CLOSED",
                "LOCAL, FAIL_OPEN or FAIL_CLOSED"),
            read.flag("rate-limit.x-headers"));
    client =
        new Client(
            read.list("client.trusted-proxies"),
            read.text(
                "client.forwarded-header",
                "(?i)X-Forwarded-For|Forwarded",
                "X-Forwarded-For or Forwarded"),
            read.integer("client.ipv6-prefix", 1, 128));
    tasks =
        new Tasks(
            read.redisUrl("tasks.redis.url").or(redis::url),
            read.integer("tasks.concurrency", 1, 10_000),
            read.integer("tasks.capacity", 1, 10_000_000),
            read.integer("tasks.queue-capacity", 1, Integer.MAX_VALUE),
            read.duration("tasks.lease", Duration.ofMillis(100), Duration.ofDays(1)),
            read.integer("tasks.max-attempts", 1, 1_000),
            read.duration("tasks.retention", Duration.ZERO, Duration.ofDays(365)),
            read.duration("tasks.drain", Duration.ZERO, Duration.ofMinutes(10)),
            read.optional("tasks.status-path"));
    service =
        new Service(
            read.duration("service.work", Duration.ZERO, Duration.ofMinutes(1)),
            read.path("service.log-file"),
            read.optional("service.address"));
    mistakes = read.mistakes();
  }

  /**
   * Reads and validates everything. Where something is wrong something harmless stands in its
   * place, so that what depends on it can be checked too; but nothing may start with {@link
   * #mistakes}.
   */
  public static Settings from(Config config) {
    return new Settings(config);
  }

  /** All that is wrong, in one message: each with name, value and what was expected. */
  public Optional<IllegalArgumentException> mistakes() {
    return mistakes;
  }

  public String keyPrefix() {
    return keyPrefix;
  }

  public Redis redis() {
    return redis;
  }

  public Cache cache() {
    return cache;
  }

  public RateLimit rateLimit() {
    return rateLimit;
  }

  public Client client() {
    return client;
  }

  public Tasks tasks() {
    return tasks;
  }

  public Service service() {
    return service;
  }

  /**
   * What {@code sluice.caches.NAME.*} says of one cache.
   *
   * @throws IllegalArgumentException if any of it is wrong
   */
  public CacheOverrides cacheOverrides(String name) {
    SettingsReader read = new SettingsReader(config);
    String prefix = "caches." + name + ".";
    CacheOverrides overrides =
        new CacheOverrides(
            read.optionalInteger(prefix + "expire", 1),
            read.optionalInteger(prefix + "stale-while-revalidate", 0),
            read.optionalInteger(prefix + "stale-if-error", 0),
            read.optionalInteger(prefix + "negative-expire", 0));
    read.throwIfWrong();
    return overrides;
  }

  /** The policies of which {@code sluice.policies.NAME.*} says anything, environment aside. */
  public Set<String> policies() {
    return SettingNames.policies(config);
  }

  /**
   * What {@code sluice.policies.NAME.*} says of one policy.
   *
   * @throws IllegalArgumentException if any of it is wrong
   */
  public PolicyOverrides policyOverrides(String name) {
    SettingsReader read = new SettingsReader(config);
    String prefix = "policies." + name + ".";
    PolicyOverrides overrides =
        new PolicyOverrides(
            read.optional(prefix + "limits"),
            read.optional(prefix + "message"),
            read.optionalFlag(prefix + "shadow"),
            read.percent(prefix + "warn-at", 80));
    read.throwIfWrong();
    return overrides;
  }

  /**
   * An annotation's text with each <code>${key:default}</code> in it replaced from the
   * configuration.
   *
   * @throws IllegalArgumentException if a key has neither a value nor a default
   */
  public String resolve(String text) {
    return new SettingsReader(config).resolve(text);
  }
}
