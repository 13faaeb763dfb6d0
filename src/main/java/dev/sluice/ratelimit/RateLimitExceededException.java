package dev.sluice.ratelimit;

import dev.sluice.http.Problem;
import dev.sluice.ratelimit.Decision.Reason;
import dev.sluice.ratelimit.Decision.Refused;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Comparator;
import java.util.List;

/**
 * A request was refused. It carries its answer, since a host whose {@code Application} lists its
 * classes has no mapper of ours: 429 with the draft's problem type, or 503 when the store cannot be
 * asked, both with {@code Retry-After}.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/">RateLimit
 *     header fields for HTTP</a>
 */
public class RateLimitExceededException extends WebApplicationException {

  private static final long serialVersionUID = 1L;

  private final transient Refused decision;

  public RateLimitExceededException(Refused decision) {
    super(answer(decision));
    this.decision = decision;
  }

  /** None: whoever is over a limit comes often. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }

  public Refused decision() {
    return decision;
  }

  static Response answer(Refused refused) {
    Response.ResponseBuilder answer =
        refused.reason() == Reason.STORE_UNAVAILABLE
            ? Problem.of(503, "The rate limit cannot be checked at the moment").toResponse()
            : Response.status(429)
                .type(Problem.MEDIA_TYPE)
                .header("Cache-Control", "no-store")
                .entity(quotaExceeded(refused));
    return answer.header("Retry-After", RateLimitHeaders.seconds(refused.retryAfter())).build();
  }

  /** The body; most requests exceed one limit, whose refusals are all alike. */
  private static String quotaExceeded(Refused refused) {
    List<QuotaStatus> exceeded =
        refused.quotas().stream()
            .filter(QuotaStatus::isExceeded)
            .sorted(Comparator.comparing(QuotaStatus::retry).reversed())
            .toList();
    QuotaPolicy longest = exceeded.get(0).policy();
    return exceeded.size() == 1
        ? longest.refusal()
        : longest.problem(exceeded.stream().map(quota -> quota.policy().name()).toList()).toJson();
  }
}
