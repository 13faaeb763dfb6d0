package dev.sluice.background;

import dev.sluice.config.Settings;
import dev.sluice.config.SettingsGroup;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of background tasks.
 *
 * @param concurrency tasks that run at a time on this node
 * @param capacity tasks that wait here at most where no other node can take them
 * @param queueCapacity tasks in Redis at most
 * @param lease how long a task is held without being renewed
 * @param maxAttempts attempts until a task is dead
 * @param retention how long a done task can be found
 * @param deadRetention how long a dead task is kept, with its payload
 * @param maxPayloadBytes length of a payload at most
 * @param drain how long running tasks get at undeployment
 * @param statusPath path of the tasks' states; empty: none
 */
@SettingsGroup
public record TaskSettings(
    int concurrency,
    int capacity,
    int queueCapacity,
    Duration lease,
    int maxAttempts,
    Duration retention,
    Duration deadRetention,
    long maxPayloadBytes,
    Duration drain,
    Optional<String> statusPath) {

  private static String toPath(String text) {
    if (!text.matches("(/[A-Za-z0-9._~-]+)+")) {
      throw new IllegalArgumentException("expected a path such as /tasks");
    }
    return text;
  }

  public TaskSettings(Settings read) {
    this(
        read.integer("tasks.concurrency", "16", 1, 10_000),
        read.integer("tasks.capacity", "1000", 1, 10_000_000),
        read.integer("tasks.queue-capacity", "1000000", 1, Integer.MAX_VALUE),
        read.duration("tasks.lease", "30s", Duration.ofMillis(100), Duration.ofDays(1)),
        read.integer("tasks.max-attempts", "5", 1, 1_000),
        read.duration("tasks.retention", "1h", Duration.ZERO, Duration.ofDays(365)),
        read.duration("tasks.dead-retention", "7d", Duration.ZERO, Duration.ofDays(365)),
        read.bytes("tasks.max-payload-bytes", "1MiB", 1, 512L << 20),
        read.duration("tasks.drain", "10s", Duration.ZERO, Duration.ofMinutes(10)),
        read.optional("tasks.status-path", TaskSettings::toPath, text -> '"' + text + '"'));
  }
}
