package dev.sluice.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.execution.ContainerServices;
import dev.sluice.lifecycle.Starting;
import dev.sluice.lifecycle.Stopping;
import dev.sluice.redis.RedisServer.Login;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import redis.clients.jedis.params.SetParams;

/** The servers that the settings name. Without any the features keep their data in this process. */
@ApplicationScoped
public class RedisConnections {

  private static final System.Logger LOG = System.getLogger(RedisConnections.class.getName());
  private static final long DAY_SECONDS = 86_400;
  private static final Pattern VERSION = Pattern.compile("[-_#.]*\\d.*$");

  private final Map<RedisUrl, RedisServer> servers = new ConcurrentHashMap<>();
  private final Map<RedisUse, RedisConnection> connections = new ConcurrentHashMap<>();
  @Inject private RedisSettings settings;

  @Inject private ContainerServices container;

  @Inject @Any private Instance<RedisPasswordSource> passwords;

  /** The way of caches to {@code sluice.redis.url}. */
  public Optional<RedisConnection> caches() {
    return settings.url().map(url -> open(RedisUse.CACHES, url));
  }

  /** The way of limits to {@code sluice.redis.url}. */
  public Optional<RedisConnection> limits() {
    return settings.url().map(url -> open(RedisUse.LIMITS, url));
  }

  /**
   * The way of tasks to {@code sluice.tasks.redis.url}, or to {@code sluice.redis.url} where that
   * is not set.
   */
  public Optional<RedisConnection> tasks() {
    return settings.tasksUrl().map(url -> open(RedisUse.TASKS, url));
  }

  /**
   * Returns the first part of every key of this application: {@code sluice.key-prefix}, or else the
   * application's name, so that two applications on one Redis share nothing unless they are told
   * to.
   */
  public String keyPrefix() {
    return settings.keyPrefix().orElseGet(() -> toKeyPrefix(container.applicationName()));
  }

  /** Replaces what may not stand in a prefix, and shortens it. */
  static String toKeyPrefix(String name) {
    String allowed = name.replaceAll("[^A-Za-z0-9_.-]", "-");
    return allowed.isEmpty() ? "sluice" : allowed.substring(0, Math.min(allowed.length(), 64));
  }

  private RedisConnection open(RedisUse use, RedisUrl url) {
    return connections.computeIfAbsent(
        use,
        key ->
            new RedisConnection(
                servers.computeIfAbsent(url, it -> new RedisServer(it, login())),
                use,
                keyPrefix(),
                settings.timeout(),
                settings.poolSize()));
  }

  private Login login() {
    return passwords.isUnsatisfied()
        ? settings.login()
        : settings.login().orPassword(passwords.get());
  }

  void report(@Observes @Priority(Starting.STORES) Starting starting) {
    caches().ifPresent(this::warnOfOtherApplication);
    starting.report(
        caches()
            .map(redis -> "Store: Redis at " + redis + ".")
            .orElse("Store: in this process only, since sluice.redis.url is not set."));
  }

  /**
   * The first application to use a prefix leaves its name there for a day. Two that share one get
   * each other's responses; an environment variable cannot tell those of one server apart.
   */
  private void warnOfOtherApplication(RedisConnection redis) {
    String key = keyPrefix() + ":application";
    try {
      String first =
          redis.call(
              key.getBytes(UTF_8),
              jedis -> {
                jedis.set(
                    key, container.applicationName(), SetParams.setParams().nx().ex(DAY_SECONDS));
                return jedis.get(key);
              });
      if (first != null && !isSameApplication(first, container.applicationName())) {
        LOG.log(
            Level.WARNING,
            "The applications {0} and {1} have one key prefix in Redis, {2}, and so share caches,"
                + " limits and tasks; unless that is intended, set sluice.key-prefix in one of them",
            first,
            container.applicationName(),
            keyPrefix());
      }
    } catch (RedisException e) {
      LOG.log(Level.DEBUG, "Nothing is known of other applications", e);
    }
  }

  /** Whether two names differ in a version at most, as in a rolling update. */
  static boolean isSameApplication(String name, String other) {
    return VERSION.matcher(name).replaceFirst("").equals(VERSION.matcher(other).replaceFirst(""));
  }

  /** After everything else that is counted. */
  void reportKeyPrefix(@Observes @Priority(Starting.SERVICE) Starting starting) {
    starting.found("key prefix " + keyPrefix());
  }

  /**
   * Runs last: what stops before it may still need Redis. A loop rather than a method reference,
   * which would load a class that was not needed so far; on Open Liberty the archive is gone by
   * now.
   */
  void close(@Observes @Priority(Stopping.CONNECTIONS) Stopping stopping) {
    for (RedisConnection connection : connections.values()) {
      connection.close();
    }
  }
}
