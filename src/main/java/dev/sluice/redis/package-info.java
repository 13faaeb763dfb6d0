/**
 * The way to Redis. Every call of every feature goes through {@link
 * dev.sluice.redis.RedisConnection#call}: begin there.
 *
 * <p>A call ends within its time budget. When Redis fails, one circuit breaker per server keeps all
 * callers away from it and lets one probe through every second; meanwhile each call throws {@link
 * dev.sluice.redis.RedisUnavailableException} at once, and the features do without.
 */
@NullMarked
package dev.sluice.redis;

import org.jspecify.annotations.NullMarked;
