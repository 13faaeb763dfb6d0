/**
 * Whole answers of resource methods, and values of other beans' methods, kept for a while. Begin at
 * {@link dev.sluice.cache.CachedInterceptor}: it asks {@link dev.sluice.cache.TieredCache}, which
 * knows neither HTTP nor CDI, and either spares the method or lets it run; {@link
 * dev.sluice.cache.CachedAnswers} turns REST answers into entries and back, {@link
 * dev.sluice.cache.CachedValues} values.
 *
 * <p>When Redis is down, methods run and what they return is kept in this process, for {@code
 * sluice.cache.near-max-age} at most; evictions are remembered and given to Redis before it is read
 * again.
 */
@NullMarked
package dev.sluice.cache;

import org.jspecify.annotations.NullMarked;
