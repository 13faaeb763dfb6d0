/**
 * Whole answers of resource methods, and values of other beans' methods, kept for a while.
 *
 * <p>Follow a request: {@link dev.sluice.cache.CachedInterceptor} hands it to {@link
 * dev.sluice.cache.ResponseCache} (other beans' calls go to {@link dev.sluice.cache.ValueCache}),
 * which knows by {@code Requester}, {@code Negotiation} and {@code CacheKeys} which entry it is for
 * and asks {@link dev.sluice.cache.store.CoalescingCache}, which knows neither HTTP nor CDI. What
 * that answers, a hit or a {@code Fill}, waits in the {@code CacheExchange} for {@link
 * dev.sluice.cache.CacheFilter}: it sends the entry ({@code ResponseReplayer}), or reads the
 * method's answer ({@code ResponseRecorder}), asks whether it may be kept ({@code StoragePolicy}),
 * completes its fields ({@code StoredHeaders}) and stores it. Below lie {@code FailoverStore},
 * {@code LocalEntryStore} and {@code RedisEntryStore}.
 *
 * <p>When Redis is down, methods run and what they return is kept in this process, for {@code
 * sluice.cache.local-max-age} at most; evictions are remembered and given to Redis before it is
 * read again.
 */
@NullMarked
package dev.sluice.cache;

import org.jspecify.annotations.NullMarked;
