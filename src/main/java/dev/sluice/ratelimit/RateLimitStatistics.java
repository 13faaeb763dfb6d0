package dev.sluice.ratelimit;

/**
 * How often a policy has decided on this node since the start.
 *
 * @param refused by the store
 * @param refusedFromCache again, without asking the store
 * @param shadowed would have been refused if the policy were enforced
 * @param decidedInOutage by {@link OutagePolicy}, whatever the decision
 */
public record RateLimitStatistics(
    long permitted, long refused, long refusedFromCache, long shadowed, long decidedInOutage) {}
