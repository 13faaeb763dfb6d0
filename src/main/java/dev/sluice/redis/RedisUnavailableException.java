package dev.sluice.redis;

/**
 * Redis did not reply within the time budget, refused to serve or to permit the command, or is not
 * called at the moment because the circuit breaker is open.
 */
public final class RedisUnavailableException extends RedisException {

  private static final long serialVersionUID = 1L;

  private final boolean called;

  private RedisUnavailableException(String message, boolean called) {
    super(message, called);
    this.called = called;
  }

  static RedisUnavailableException notCalled(String name) {
    return new RedisUnavailableException(
        "Redis at " + name + " is not called for a moment, since it failed", false);
  }

  static RedisUnavailableException failed(String message) {
    return new RedisUnavailableException(message, true);
  }

  /** Whether Redis was called; false while the circuit breaker is open. */
  public boolean isCalled() {
    return called;
  }
}
