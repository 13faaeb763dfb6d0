package dev.sluice.ratelimit;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Keeps what it hears; another method of it fails each time. */
@ApplicationScoped
public class DecisionObserver {

  private static final Queue<Decision> HEARD = new ConcurrentLinkedQueue<>();

  void hear(@Observes @Priority(1) Decision decision) {
    HEARD.add(decision);
  }

  void fail(@Observes @Priority(2) Decision decision) {
    throw new IllegalStateException("No request is to notice this");
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
