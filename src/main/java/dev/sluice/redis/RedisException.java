package dev.sluice.redis;

/**
 * A call to Redis without a usable reply. Its subclasses say that Redis is unavailable, or that a
 * key holds a value of another type; this class itself says that the call was at fault: it was too
 * large for its time budget, its thread was interrupted, or Redis does not understand it. What was
 * asked may or may not have happened.
 *
 * <p>Neither the message nor the causes name a class of the Redis client, since both may end in a
 * server's error page.
 */
public sealed class RedisException extends RuntimeException
    permits RedisUnavailableException, RedisCorruptException {

  private static final long serialVersionUID = 1L;

  RedisException(String message) {
    super(message);
  }

  /** An exception without a stack trace, for a call that was not made at all. */
  RedisException(String message, boolean hasStackTrace) {
    super(message, null, false, hasStackTrace);
  }
}
