/**
 * Rate limiting: limits how often clients may call resource methods. {@link
 * dev.sluice.ratelimit.RateLimited} declares a limit. A request passes {@link
 * dev.sluice.ratelimit.RateLimitFilter}, {@link dev.sluice.ratelimit.Decider}, {@link
 * dev.sluice.ratelimit.QuotaStore} and {@link dev.sluice.ratelimit.RateLimitHeaders}; a refusal is
 * a {@link dev.sluice.ratelimit.RateLimitExceededException}, which its mapper turns into the {@link
 * dev.sluice.ratelimit.RefusalResponse}. Begin reading with the filter.
 *
 * <p>While Redis is unavailable, the {@link dev.sluice.ratelimit.OutagePolicy} of each policy
 * decides.
 */
@NullMarked
package dev.sluice.ratelimit;

import org.jspecify.annotations.NullMarked;
