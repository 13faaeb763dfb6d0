package dev.sluice.ratelimit;

import jakarta.enterprise.event.Event;
import java.lang.System.Logger.Level;

/** Fires CDI events; that an observer fails is not the request's fault. */
record DecisionEvents(Event<Decision> decisions, Event<ShadowRefusal> shadowRefusals)
    implements DecisionListener {

  private static final System.Logger LOG = System.getLogger(RateLimiter.class.getName());

  @Override
  public void decided(Decision decision) {
    fire(decisions, decision);
  }

  @Override
  public void shadowed(ShadowRefusal refusal) {
    fire(shadowRefusals, refusal);
  }

  private static <T> void fire(Event<T> event, T payload) {
    try {
      event.fire(payload);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "An observer of rate limit decisions failed", e);
    }
  }
}
