package dev.sluice.ratelimit;

import dev.sluice.redis.KeyDigest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One limit of a {@link RateLimitPolicy}: what the draft calls a quota policy. Two are equal if
 * they are counted together and have the same limit.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/">RateLimit
 *     header fields for HTTP</a>
 */
public final class QuotaPolicy {

  /** Matches what a structured field's string would have to escape or cannot hold. */
  private static final String NOT_IN_A_STRING = "[^ !#-\\[\\]-~]";

  /** The size of a key's digest, in bytes: 22 characters. */
  private static final int KEY_BYTES = 16;

  private final RateLimitPolicy policy;
  private final String name;
  private final Limit limit;
  private final Counting counting;
  private final String key;
  private final String member;
  private final String policyMember;
  private volatile @Nullable String problem;

  private QuotaPolicy(RateLimitPolicy policy, String shown, Limit limit, Counting counting) {
    this.policy = policy;
    this.limit = limit;
    this.counting = counting;
    name = shown;
    key = KeyDigest.of(policy.id() + "\n" + counting.identity(), KEY_BYTES);
    member = "\"" + shown.replaceAll(NOT_IN_A_STRING, "_") + "\"";
    policyMember = member + ";q=" + limit.amount() + parameters();
  }

  /**
   * Makes the quota policy of one limit.
   *
   * @param siblings how many limits the policy has, with this one
   */
  static QuotaPolicy of(RateLimitPolicy policy, Limit limit, int siblings) {
    String shown = policy.names().shown();
    return new QuotaPolicy(
        policy,
        siblings == 1 ? shown : shown + ": " + limit,
        limit,
        Counting.of(policy.algorithm(), limit));
  }

  /** Makes the one that counts refusals. */
  static QuotaPolicy of(RateLimitPolicy policy, Block block) {
    return new QuotaPolicy(policy, policy.names().shown(), block.refusals(), Counting.of(block));
  }

  private String parameters() {
    if (!(limit instanceof Limit.PerPeriod rate)) {
      return ";qu=\"concurrent-requests\"";
    }
    String unit = policy.overrides().quotaUnit();
    return (unit.equals(PolicyOverrides.REQUESTS) ? "" : ";qu=\"" + unit + "\"")
        + ";w="
        + rate.period().toSeconds();
  }

  /** Returns the name in the {@code RateLimit} fields: unique among the limits of a request. */
  public String name() {
    return name;
  }

  /** Returns the limit. */
  public Limit limit() {
    return limit;
  }

  /** Returns the name of the policy in settings, code and logs. */
  public String policyName() {
    return policy.name();
  }

  RateLimitPolicy policy() {
    return policy;
  }

  /** Returns how it is counted. */
  Counting counting() {
    return counting;
  }

  /**
   * Returns what is counted together, beside the client: the policy, the algorithm and the period.
   * The amount is not part of it, so that a changed amount keeps the count.
   */
  String key() {
    return key;
  }

  /** Returns its member of {@code RateLimit-Policy}. */
  String policyMember() {
    return policyMember;
  }

  /** Returns the beginning of its member of {@code RateLimit}. */
  String member() {
    return member;
  }

  /** Returns the body of the response to a client that exceeds this limit alone. */
  String problem() {
    String body = problem;
    if (body == null) {
      body = RefusalResponse.problem(List.of(this));
      problem = body;
    }
    return body;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QuotaPolicy quota && quota.key.equals(key) && quota.limit.equals(limit);
  }

  @Override
  public int hashCode() {
    return 31 * key.hashCode() + limit.hashCode();
  }

  @Override
  public String toString() {
    return name + " (" + limit + ", " + counting.kind().name().toLowerCase(Locale.ROOT) + ")";
  }
}
