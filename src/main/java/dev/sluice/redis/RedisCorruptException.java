package dev.sluice.redis;

/**
 * A key holds a value of another type than the command expects (WRONGTYPE). Each feature heals its
 * own keys.
 */
public final class RedisCorruptException extends RedisException {

  private static final long serialVersionUID = 1L;

  RedisCorruptException(String message) {
    super(message);
  }
}
