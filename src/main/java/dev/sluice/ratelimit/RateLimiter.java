package dev.sluice.ratelimit;

import dev.sluice.ratelimit.Decision.Permitted;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;

/**
 * Decides on limits for code that is not a resource method.
 *
 * <p>A policy's name is that of {@link RateLimited#policy}, of {@code sluice.policies.NAME.limits},
 * {@code Class.method} for a method whose policy has no name, or {@code application}.
 *
 * <p>A {@link Decision} is fired as a CDI event, on the same thread, when the store refuses and
 * when a client reaches the warn threshold of a limit ({@code sluice.policies.NAME.warn-at}). An
 * observer that throws is logged and changes nothing. What a shadow policy would refuse is a {@link
 * ShadowRefusal}.
 */
@ApplicationScoped
public class RateLimiter {

  @Inject private RateLimitSettings settings;
  @Inject private RateLimitRuntime runtime;

  /**
   * Decides on a request, and charges it if every limit of the policy admits it. A cost above a
   * limit is always refused.
   *
   * @param cost at least 1
   * @throws IllegalArgumentException if there is no such policy, for a cost below 1, or if the
   *     policy limits concurrency: {@link #reserve} then, which can be closed
   */
  public Decision decide(String policy, Client client, int cost) {
    List<Charge> charges = runtime.charges(policy, client, cost);
    requireNoConcurrency(policy, charges);
    return settings.enabled() ? runtime.decider().decide(charges) : new Permitted(List.of());
  }

  private static void requireNoConcurrency(String policy, List<Charge> charges) {
    if (charges.stream().anyMatch(charge -> charge.counting().isConcurrent())) {
      throw new IllegalArgumentException(
          "The policy " + policy + " limits concurrency: reserve, and close the reservation");
    }
  }

  /**
   * Decides like {@link #decide}, for a cost that is an estimate. {@link Reservation#settle} takes
   * the real cost. Under a limit on concurrency the work counts as running until {@link
   * Reservation#close}.
   *
   * @param cost the estimate, at least 1
   * @throws IllegalArgumentException if there is no such policy, or for a cost below 1
   */
  public Reservation reserve(String policy, Client client, int cost) {
    List<Charge> charges = runtime.charges(policy, client, cost);
    return settings.enabled()
        ? runtime.decider().reserve(charges)
        : Reservation.uncharged(new Permitted(List.of()));
  }

  /**
   * Charges a cost that is known only afterwards, whether it fits or not. What exceeds a limit is
   * counted only as far as the limit: the client waits one period at the most. Limits on
   * concurrency are left alone.
   *
   * @param cost at least 1
   * @return the state of each limit; empty if the store is unavailable
   * @throws IllegalArgumentException if there is no such policy, or for a cost below 1
   */
  public List<WindowState> charge(String policy, Client client, int cost) {
    List<Charge> charges = runtime.charges(policy, client, cost);
    return settings.enabled() ? runtime.decider().force(charges) : List.of();
  }

  /**
   * Returns the decision on a request that costs 1, and charges nothing.
   *
   * @throws IllegalArgumentException if there is no such policy
   */
  public Decision peek(String policy, Client client) {
    List<Charge> charges = runtime.charges(policy, client, 1);
    return settings.enabled() ? runtime.decider().peek(charges) : new Permitted(List.of());
  }

  /**
   * Forgets what this client has used, and that it is blocked. Another node may still refuse it for
   * up to a second.
   *
   * @throws IllegalArgumentException if there is no such policy
   * @throws IllegalStateException if the store is unavailable
   */
  public void reset(String policy, Client client) {
    runtime.decider().reset(runtime.charges(policy, client, 1));
  }

  /**
   * Returns the names of the policies that resource methods and settings declare, and of the others
   * that have decided.
   */
  public Set<String> policies() {
    return runtime.policies();
  }

  /** Returns the decisions of all checks on this node since it started. */
  public RateLimitStatistics statistics() {
    return runtime.statistics();
  }

  /** Returns the decisions of this policy on this node since it started. */
  public RateLimitStatistics statistics(String policy) {
    return runtime.statistics(policy);
  }
}
