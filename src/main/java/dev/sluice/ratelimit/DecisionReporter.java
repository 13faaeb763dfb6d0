package dev.sluice.ratelimit;

import dev.sluice.ratelimit.Decision.Permitted;
import dev.sluice.ratelimit.Decision.Reason;
import dev.sluice.ratelimit.Decision.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Makes the decision of what a store says of each charge, counts it and tells the listener. */
final class DecisionReporter {

  private final DecisionCounters counters;
  private final DecisionListener listener;

  DecisionReporter(DecisionCounters counters, DecisionListener listener) {
    this.counters = counters;
    this.listener = listener;
  }

  /**
   * @param states what the store says of each charge, in their order
   */
  Decision report(List<Charge> charges, List<WindowState> states) {
    Decision decision = decision(charges, states);
    counters.decided(charges, states, decision);
    reportShadowed(charges, states);
    if (decision instanceof Refused) {
      listener.decided(decision);
      return decision;
    }
    List<Charge> warned = atWarnThreshold(charges, states);
    if (!warned.isEmpty()) {
      counters.warned(warned);
      listener.decided(decision);
    }
    return decision;
  }

  /** Returns the decision; shadow policies and the counts of refusals are no part of it. */
  static Decision decision(List<Charge> charges, List<WindowState> states) {
    List<WindowState> enforced = new ArrayList<>(charges.size());
    Duration retryAfter = Duration.ZERO;
    for (int i = 0; i < charges.size(); i++) {
      Charge charge = charges.get(i);
      if (charge.isEnforced() && !charge.counting().isBlock()) {
        WindowState state = states.get(i);
        enforced.add(state);
        if (state.retry().compareTo(retryAfter) > 0) {
          retryAfter = state.retry();
        }
      }
    }
    return retryAfter.isZero()
        ? new Permitted(enforced)
        : new Refused(Reason.QUOTA_EXCEEDED, enforced, retryAfter);
  }

  private void reportShadowed(List<Charge> charges, List<WindowState> states) {
    List<WindowState> shadowed = new ArrayList<>(0);
    for (int i = 0; i < charges.size(); i++) {
      Charge charge = charges.get(i);
      if (!charge.isEnforced() && !charge.counting().isBlock() && !states.get(i).admits()) {
        shadowed.add(states.get(i));
      }
    }
    if (!shadowed.isEmpty()) {
      listener.shadowed(new ShadowRefusal(shadowed));
    }
  }

  /** Returns the charges that take a client to the warn threshold of their limit. */
  private static List<Charge> atWarnThreshold(List<Charge> charges, List<WindowState> states) {
    List<Charge> warned = new ArrayList<>(0);
    for (int i = 0; i < charges.size(); i++) {
      Charge charge = charges.get(i);
      long amount = charge.amount();
      long threshold = (amount * charge.policy().warnAt() + 99) / 100;
      long used = amount - states.get(i).remaining();
      boolean crosses = used >= threshold && used - charge.cost() < threshold;
      if (crosses && charge.isEnforced() && !charge.counting().isBlock()) {
        warned.add(charge);
      }
    }
    return warned;
  }
}
