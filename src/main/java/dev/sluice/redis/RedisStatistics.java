package dev.sluice.redis;

import java.time.Duration;

/**
 * The calls of one feature to Redis from this node since it started.
 *
 * @param calls calls that were made
 * @param failures those of them that Redis did not reply to in time, or refused to serve
 * @param notCalled calls that were not made, since the circuit breaker was open
 * @param time how long all calls that were made took together
 */
public record RedisStatistics(long calls, long failures, long notCalled, Duration time) {}
