/**
 * The response cache: complete responses of resource methods, and values of other beans' methods.
 *
 * <p>Follow a request: {@link dev.sluice.cache.CachedInterceptor} dispatches the call to {@link
 * dev.sluice.cache.ResponseCache}, or to {@link dev.sluice.cache.ValueCache} for a bean that is not
 * a resource. {@code Requester}, {@code Negotiation} and {@code CacheKeys} determine the entry's
 * key; {@link dev.sluice.cache.store.CoalescingCache}, which knows neither HTTP nor CDI, looks it
 * up. The result, a hit or a {@code Fill}, is kept in the {@code CacheExchange} until {@link
 * dev.sluice.cache.CacheFilter} sends the response: {@code ResponseReplayer} sends an entry; {@code
 * ResponseRecorder} encodes what the method returned, {@code StoragePolicy} decides whether it may
 * be stored, and {@code StoredHeaders} completes its fields. Entries are stored by {@code
 * FailoverStore}, {@code LocalEntryStore} and {@code RedisEntryStore}.
 *
 * <p>When Redis is down, methods run, and their results are kept in this process for {@code
 * sluice.cache.local-max-age} at most. Evictions are remembered and sent to Redis before it is read
 * again.
 */
@NullMarked
package dev.sluice.cache;

import org.jspecify.annotations.NullMarked;
