package dev.sluice.ratelimit;

import dev.sluice.http.Problem;
import dev.sluice.redis.KeyDigest;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One limit of a policy: what the draft calls a quota policy. Equal are those that are counted
 * together.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/">RateLimit
 *     header fields for HTTP</a>
 */
public final class QuotaPolicy {

  private static final URI QUOTA_EXCEEDED =
      URI.create("https://iana.org/assignments/http-problem-types#quota-exceeded");

  /**
   * What a structured field's string would have to escape or cannot hold; a class may be so called.
   */
  private static final String NOT_IN_A_STRING = "[^ !#-\\[\\]-~]";

  private final RateLimitPolicy policy;
  private final String name;
  private final Limit limit;
  private final String key;
  private final String member;
  private final String policyMember;
  private volatile @Nullable String refusal;

  QuotaPolicy(RateLimitPolicy policy, Limit limit) {
    this.policy = policy;
    this.limit = limit;
    name = policy.limits().size() == 1 ? policy.name() : policy.name() + ": " + limit;
    key = KeyDigest.of(policy.id() + "\n" + policy.algorithm() + "\n" + limit, 16);
    member = "\"" + name.replaceAll(NOT_IN_A_STRING, "_") + "\"";
    policyMember = member + ";q=" + limit.amount() + ";w=" + limit.period().toSeconds();
  }

  /** Unlike that of all others that a request meets; as {@code RateLimit-Policy} shows it. */
  public String name() {
    return name;
  }

  public Limit limit() {
    return limit;
  }

  RateLimitPolicy policy() {
    return policy;
  }

  boolean isOf(RateLimitPolicy other) {
    return policy.name().equals(other.name());
  }

  Algorithm algorithm() {
    return policy.algorithm();
  }

  /** What is counted together, beside the client: the policy, the algorithm and the limit. */
  String key() {
    return key;
  }

  /** Its member of {@code RateLimit-Policy}. */
  String policyMember() {
    return policyMember;
  }

  /** The beginning of its member of {@code RateLimit}. */
  String member() {
    return member;
  }

  /** The body of an answer to somebody who has exceeded this limit alone. */
  String refusal() {
    String body = refusal;
    if (body == null) {
      body = problem(List.of(name)).toJson();
      refusal = body;
    }
    return body;
  }

  /**
   * @param violated the names of all limits that are exceeded
   */
  Problem problem(List<String> violated) {
    JsonArrayBuilder names = Json.createArrayBuilder();
    violated.forEach(names::add);
    return new Problem(
        QUOTA_EXCEEDED,
        "Request cannot be satisfied as assigned quota has been exceeded",
        429,
        policy.message().orElse("Rate limit exceeded: " + limit),
        Map.of("violated-policies", names.build()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QuotaPolicy quota && quota.key.equals(key);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }

  @Override
  public String toString() {
    return name + " (" + limit + ", " + algorithm().name().toLowerCase(Locale.ROOT) + ")";
  }
}
