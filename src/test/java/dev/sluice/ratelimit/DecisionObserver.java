package dev.sluice.ratelimit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Keeps what it hears. */
@ApplicationScoped
public class DecisionObserver {

  private static final Queue<Decision> HEARD = new ConcurrentLinkedQueue<>();

  void hear(@Observes Decision decision) {
    HEARD.add(decision);
  }

  /** The kinds of decisions on this policy, in order. */
  static List<String> of(String policy) {
    return HEARD.stream()
        .filter(
            decision ->
                decision.quotas().stream().anyMatch(q -> q.policy().name().startsWith(policy)))
        .map(decision -> decision.getClass().getSimpleName())
        .toList();
  }
}
