package dev.sluice.redis;

/**
 * The source of a password that changes while the application runs, such as a vault or a cloud's
 * token service. An application declares one as a CDI bean; it is asked for each new connection to
 * Redis, where the setting {@code sluice.redis.password-file} names no file. The user stands in the
 * URL.
 *
 * <p>Connections that are open stay logged in. The time that an answer takes is not bounded by
 * {@code sluice.redis.timeout}: keep the password, and renew it elsewhere. An exception means that
 * Redis is unavailable.
 */
@FunctionalInterface
public interface RedisPasswordSource {

  /** Returns the password that is valid now. */
  String currentPassword();
}
