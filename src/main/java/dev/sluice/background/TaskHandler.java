package dev.sluice.background;

/**
 * Does one kind of background task. Implement it in a CDI bean with a scope annotation; {@code P}
 * must be a type that JSON-B writes and reads, since a payload travels as JSON.
 *
 * <p>A task runs <em>at least</em> once: again when its node died, or when Redis never heard that
 * it had ended. Make the effect idempotent, by {@link TaskContext#id()} where nothing better is at
 * hand. Each attempt has a CDI request context of its own.
 *
 * @param <P> the payload
 */
public interface TaskHandler<P> {

  /**
   * Does the task.
   *
   * @throws Exception if this attempt failed; there will be another until {@link
   *     TaskContext#maxAttempts()} are used up
   */
  void handle(P payload, TaskContext task) throws Exception;
}
