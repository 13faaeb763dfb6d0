package dev.sluice.ratelimit;

/**
 * The decisions of one policy, or of all checks, on this node since it started. A check is one
 * request, or one call of {@link RateLimiter}, whose policies are decided on together.
 *
 * @param permitted requests that were admitted
 * @param refused requests that the store refused
 * @param refusedFromCache requests that the refusal cache refused, without asking the store
 * @param shadowed requests that a shadow policy would have refused
 * @param warned requests that took a client to the warn threshold of a limit
 * @param decidedInOutage requests decided by the {@link OutagePolicy}, whatever the decision
 */
public record RateLimitStatistics(
    long permitted,
    long refused,
    long refusedFromCache,
    long shadowed,
    long warned,
    long decidedInOutage) {}
