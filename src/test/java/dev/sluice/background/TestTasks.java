package dev.sluice.background;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;

/** Tasks as tests add them. */
final class TestTasks {

  static final TaskOptions THREE_ATTEMPTS = TaskOptions.defaults().withMaxAttempts(3);

  private TestTasks() {}

  /** A task of three attempts, due at once. */
  static Submission task(String payload) {
    return task(payload, THREE_ATTEMPTS);
  }

  static Submission delayed(String payload, Duration delay) {
    return task(payload, THREE_ATTEMPTS.withDelay(delay));
  }

  /** Its id comes from the idempotency key if there is one. */
  static Submission task(String payload, TaskOptions options) {
    return task("org.example.Mailer", payload, options);
  }

  static Submission task(String handler, String payload, TaskOptions options) {
    Task task =
        new Task(
            options
                .idempotencyKey()
                .map(key -> TaskId.forKey(handler, key))
                .orElseGet(TaskId::random),
            handler,
            options.maxAttempts().orElse(5),
            options.timeout(),
            Instant.ofEpochMilli(1_732_262_400_123L),
            payload.getBytes(UTF_8).length);
    return new Submission(task, payload, options);
  }

  static TaskStoreSettings settings(int capacity, Duration lease) {
    return new TaskStoreSettings(capacity, lease, Duration.ofHours(1), Duration.ofDays(7));
  }
}
