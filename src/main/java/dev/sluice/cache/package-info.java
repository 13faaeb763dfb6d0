/**
 * The response cache: complete responses of resource methods, and values of other beans' methods.
 *
 * <p>Follow a request: {@link dev.sluice.cache.CacheFilter}, the last request filter, asks {@link
 * dev.sluice.cache.ResponseCache}, which finds the entry's key where it follows from the request's
 * text ({@code KnownKeys}) and ends the request with the entry if there is one. Else the method is
 * called, and {@link dev.sluice.cache.CachedInterceptor} dispatches the call to {@code
 * ResponseCache} again, or to {@link dev.sluice.cache.ValueCache} for a bean that is not a
 * resource. {@link dev.sluice.cache.store.CoalescingCache}, which knows neither HTTP nor CDI, looks
 * the entry up: a hit, or a {@code Fill} that the {@code CacheExchange} keeps until the response
 * filter sends the response. {@code ResponseReplayer} sends an entry. {@code ResponseStorage}
 * stores the method's response: {@code ResponseRecorder} encodes it, {@code StoragePolicy} decides
 * whether it may be stored, and {@code StoredHeaders} completes its fields.
 *
 * <p>When Redis is down, methods run, and their results are kept in this process for {@code
 * sluice.cache.local-max-age} at most. Evictions are remembered and sent to Redis before it is read
 * again.
 */
@NullMarked
package dev.sluice.cache;

import org.jspecify.annotations.NullMarked;
