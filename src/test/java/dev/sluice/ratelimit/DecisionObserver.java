package dev.sluice.ratelimit;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Records each decision; its second observer always fails. */
@ApplicationScoped
public class DecisionObserver {

  private static final Queue<Decision> RECORDED = new ConcurrentLinkedQueue<>();

  void record(@Observes @Priority(1) Decision decision) {
    RECORDED.add(decision);
  }

  void fail(@Observes @Priority(2) Decision decision) {
    throw new IllegalStateException("No request is to notice this");
  }

  /** Returns the kinds of the decisions on this policy, in order. */
  static List<String> of(String policy) {
    return RECORDED.stream()
        .filter(
            decision ->
                decision.windows().stream().anyMatch(w -> w.quota().name().startsWith(policy)))
        .map(decision -> decision.getClass().getSimpleName())
        .toList();
  }
}
