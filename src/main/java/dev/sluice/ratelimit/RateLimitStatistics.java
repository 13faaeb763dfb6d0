package dev.sluice.ratelimit;

/**
 * The decisions of one policy on this node since it started.
 *
 * @param permitted requests that were admitted
 * @param refused requests that the store refused
 * @param refusedFromCache requests that the refusal cache refused, without asking the store
 * @param shadowed requests that a shadow policy would have refused
 * @param decidedInOutage requests decided by the {@link OutagePolicy}, whatever the decision
 */
public record RateLimitStatistics(
    long permitted, long refused, long refusedFromCache, long shadowed, long decidedInOutage) {}
