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

  private final RateLimitPolicy policy;
  private final String name;
  private final Limit limit;
  private final String key;
  private final String member;
  private final String policyMember;
  private volatile @Nullable String problem;

  /**
   * @param siblings how many quota policies the policy has, with this one
   */
  QuotaPolicy(RateLimitPolicy policy, Limit limit, int siblings) {
    this.policy = policy;
    this.limit = limit;
    name = siblings == 1 ? policy.name() : policy.name() + ": " + limit;
    key = KeyDigest.of(policy.id() + "\n" + policy.algorithm() + "\n" + limit.period(), 16);
    member = "\"" + name.replaceAll(NOT_IN_A_STRING, "_") + "\"";
    policyMember = member + ";q=" + limit.amount() + ";w=" + limit.period().toSeconds();
  }

  /** Returns the name in the {@code RateLimit} fields: unique among the limits of a request. */
  public String name() {
    return name;
  }

  /** Returns the limit. */
  public Limit limit() {
    return limit;
  }

  RateLimitPolicy policy() {
    return policy;
  }

  Algorithm algorithm() {
    return policy.algorithm();
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
    return name + " (" + limit + ", " + algorithm().name().toLowerCase(Locale.ROOT) + ")";
  }
}
