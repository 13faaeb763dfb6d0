package dev.sluice.background;

import dev.sluice.redis.KeyDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A task's name in the whole cluster.
 *
 * @param value 22 characters of the URL-safe Base64 alphabet, 128 bits: random ones, or a digest
 *     where the task has an idempotency key
 */
public record TaskId(String value) {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{22}");

  /**
   * @throws IllegalArgumentException if that is not such an id
   */
  public TaskId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("\"" + value + "\" is not the id of a task");
    }
  }

  /** Reads an id; empty if the text is none. */
  static Optional<TaskId> parse(String text) {
    return Optional.of(text).filter(each -> FORM.matcher(each).matches()).map(TaskId::new);
  }

  static TaskId random() {
    byte[] bits = new byte[16];
    RANDOM.nextBytes(bits);
    return of(bits);
  }

  /** Equal for equal keys, so that a task added twice is one task. */
  static TaskId forKey(String handler, String idempotencyKey) {
    return new TaskId(KeyDigest.of(handler + '\n' + idempotencyKey, 16));
  }

  private static TaskId of(byte[] bits) {
    return new TaskId(Base64.getUrlEncoder().withoutPadding().encodeToString(bits));
  }

  @Override
  public String toString() {
    return value;
  }
}
