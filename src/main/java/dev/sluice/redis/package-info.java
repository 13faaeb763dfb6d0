/**
 * The way to Redis. Every call of every feature goes through {@link
 * dev.sluice.redis.RedisConnection#call}: begin there.
 *
 * <p>A call ends within its time budget. What it throws is translated in one place, {@code
 * RedisError}. {@code SingleNode} and {@code ClusterNodes} know which node has a key. When a node
 * fails, the circuit breaker of the feature that called keeps its callers away and lets one probe
 * through every second; meanwhile each call throws {@link
 * dev.sluice.redis.RedisUnavailableException} at once, and the feature does without Redis.
 */
@NullMarked
package dev.sluice.redis;

import org.jspecify.annotations.NullMarked;
