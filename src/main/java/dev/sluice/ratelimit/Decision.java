package dev.sluice.ratelimit;

import java.time.Duration;
import java.util.List;

/** What was decided on all limits that a request meets. */
public sealed interface Decision permits Decision.Permitted, Decision.Refused {

  /** How each limit that is enforced stands; empty if nobody could be asked. */
  List<QuotaStatus> quotas();

  /** All limits admit the request, and are charged. */
  record Permitted(List<QuotaStatus> quotas) implements Decision {}

  /**
   * At least one limit does not admit it; none is charged.
   *
   * @param retryAfter when the same request may be admitted, if nothing else is until then
   */
  record Refused(Reason reason, List<QuotaStatus> quotas, Duration retryAfter) implements Decision {

    /** The same seen {@code elapsed} later. */
    Refused after(Duration elapsed) {
      List<QuotaStatus> later = quotas.stream().map(quota -> quota.after(elapsed)).toList();
      return new Refused(reason, later, retryAfter.minus(elapsed));
    }
  }

  /** Why a request is refused. */
  enum Reason {
    QUOTA_EXCEEDED,
    /** The store cannot be asked, and the policy is {@link OutagePolicy#FAIL_CLOSED}. */
    STORE_UNAVAILABLE
  }
}
