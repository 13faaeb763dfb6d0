/**
 * Rate limiting. {@link dev.sluice.ratelimit.RateLimited} declares it; a request's way is {@link
 * dev.sluice.ratelimit.RateLimitFilter} → {@link dev.sluice.ratelimit.Decider} → {@link
 * dev.sluice.ratelimit.QuotaStore} → {@link dev.sluice.ratelimit.RateLimitHeaders}, and where the
 * answer is no {@link dev.sluice.ratelimit.RateLimitExceededException} and its mapper. Begin with
 * the filter.
 *
 * <p>When Redis is down each policy's {@link dev.sluice.ratelimit.OutagePolicy} decides.
 */
@NullMarked
package dev.sluice.ratelimit;

import org.jspecify.annotations.NullMarked;
