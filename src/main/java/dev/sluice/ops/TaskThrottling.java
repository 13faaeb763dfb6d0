package dev.sluice.ops;

import dev.sluice.background.TaskThrottle;
import dev.sluice.ratelimit.Client;
import dev.sluice.ratelimit.Decision.Refused;
import dev.sluice.ratelimit.RateLimiter;
import dev.sluice.ratelimit.Reservation;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Throttles tasks by the policies of the rate limiter: all tasks of a policy are one client. */
@ApplicationScoped
class TaskThrottling implements TaskThrottle {

  @Inject private RateLimiter limiter;

  @Override
  public Admission admit(String policy) {
    Reservation reservation = limiter.reserve(policy, Client.everyone(), 1);
    if (reservation.decision() instanceof Refused refused) {
      return new Delayed(refused.retryAfter());
    }
    return new Admitted(reservation::close);
  }
}
