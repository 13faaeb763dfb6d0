package dev.sluice.redis;

/**
 * Redis did not answer within the budget, refused to serve, or is being left alone by the circuit
 * breaker. What was asked of it may or may not have happened.
 */
public class RedisUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RedisUnavailableException(String message) {
    super(message, null, false, false);
  }

  RedisUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
