/**
 * Cache entries and where they are kept. Knows neither HTTP nor CDI.
 *
 * <p>Begin with {@link dev.sluice.cache.store.CoalescingCache}: it looks an entry up, lets one
 * caller of this JVM compute a missing one ({@code SingleFlight}) and evicts. Below it {@code
 * FailoverStore} chooses between {@code RedisEntryStore} and {@code LocalEntryStore}, which keep to
 * the contract of {@code EntryStore}.
 *
 * <p>While Redis is down entries are kept in this process for a bounded time, and evictions are
 * recorded and replayed before Redis is read again.
 */
@NullMarked
package dev.sluice.cache.store;

import org.jspecify.annotations.NullMarked;
