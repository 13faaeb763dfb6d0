package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.SettableClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Drives a store with an adversarial schedule: bursts in one instant, requests one microsecond to
 * either side of the moment at which quota returns, late bursts, long silence, and random gaps; and
 * compares every decision with a reference that keeps all that was admitted.
 */
final class ExactnessCheck {

  /** What one limit has admitted, kept as it came. */
  private static final class Reference {

    private record Admitted(long at, long cost) {}

    private final Limit.PerPeriod limit;
    private final Deque<Admitted> admitted = new ArrayDeque<>();
    private final Deque<Admitted> lingering = new ArrayDeque<>();
    private long sum;
    private long lingeringSum;

    Reference(Limit.PerPeriod limit) {
      this.limit = limit;
    }

    /** Whether no window that ends now would hold more than the limit. */
    boolean fits(long now, long cost) {
      while (!admitted.isEmpty() && admitted.peek().at <= now - limit.periodMicros()) {
        sum -= admitted.poll().cost;
      }
      return sum + cost <= limit.amount();
    }

    /** The same with a window that is longer by a 1,000th. */
    boolean fitsLonger(long now, long cost) {
      long period = limit.periodMicros() + limit.periodMicros() / 1000;
      while (!lingering.isEmpty() && lingering.peek().at <= now - period) {
        lingeringSum -= lingering.poll().cost;
      }
      return lingeringSum + cost <= limit.amount();
    }

    void admit(long now, long cost) {
      admitted.add(new Admitted(now, cost));
      lingering.add(new Admitted(now, cost));
      sum += cost;
      lingeringSum += cost;
    }
  }

  private final QuotaStore store;
  private final SettableClock clock;
  private final SplittableRandom random;
  private final RateLimitPolicy policy;
  private final List<Reference> references = new ArrayList<>();
  private final long period;
  private final long fewest;
  private final Map<Integer, List<Charge>> charges = new HashMap<>();
  private int phase;
  private long pace;
  private long admitted;
  private long refused;
  private boolean wasRefused;
  private long returns;

  ExactnessCheck(QuotaStore store, SettableClock clock, String limits, long seed) {
    this.store = store;
    this.clock = clock;
    random = new SplittableRandom(seed);
    policy = Charges.policy(limits, limits, Algorithm.SLIDING_WINDOW);
    policy.limits().forEach(limit -> references.add(new Reference((Limit.PerPeriod) limit)));
    period = policy.quotas().get(0).counting().periodMicros();
    fewest = policy.limits().get(0).amount();
  }

  /** Runs so many requests of one client. */
  void run(int requests, int mostCost) {
    for (int i = 0; i < requests; i++) {
      clock.setMicros(Math.max(clock.micros(), next()));
      request(1 + random.nextInt(mostCost));
    }
    assertThat(Math.min(admitted, refused)).isGreaterThan(requests / 200);
  }

  /** Within a phase requests come at one pace; between phases time jumps. */
  private long next() {
    long now = clock.micros();
    if (wasRefused && random.nextInt(3) == 0) {
      return returns - 1 + random.nextInt(3);
    }
    if (phase-- > 0) {
      return now + (pace == 0 ? 0 : random.nextLong(pace + 1));
    }
    phase = random.nextInt((int) Math.min(3000, 2 * fewest + 2));
    pace = List.of(0L, 0L, 1L, 2 * period / fewest).get(random.nextInt(4));
    return switch (random.nextInt(6)) {
      case 0 -> now / period * period + period - 1 - random.nextInt(3); // late in a fixed window
      case 1 -> now / period * period + period;
      case 2 -> now + period - 1;
      case 3 -> now + 3 * period;
      default -> now;
    };
  }

  private void request(int cost) {
    long now = clock.micros();
    boolean fits = true;
    boolean fitsLonger = true;
    for (Reference reference : references) {
      fits &= reference.fits(now, cost);
      fitsLonger &= reference.fitsLonger(now, cost);
    }
    List<WindowState> states =
        store.decide(charges.computeIfAbsent(cost, key -> Charges.of(policy, "client", key)));
    boolean admits = states.stream().allMatch(WindowState::admits);
    if (admits != fits && (admits || fitsLonger || isExact())) {
      throw new AssertionError(
          policy.limits() + " cost " + cost + " at " + now + ": " + states + ", should be " + fits);
    }
    wasRefused = !admits;
    if (admits) {
      admitted++;
      references.forEach(reference -> reference.admit(now, cost));
    } else {
      refused++;
      returns =
          now
              + states.stream()
                  .mapToLong(state -> Charges.micros(state.retry()))
                  .max()
                  .orElseThrow();
    }
    for (int i = 0; i < states.size(); i++) {
      requireRemaining(references.get(i), states.get(i));
    }
  }

  private void requireRemaining(Reference reference, WindowState state) {
    long remaining = reference.limit.amount() - reference.sum;
    if (isExact() ? state.remaining() != remaining : state.remaining() > remaining) {
      throw new AssertionError(state + ", should remain " + remaining);
    }
  }

  private boolean isExact() {
    return policy.limits().stream().allMatch(limit -> limit.amount() <= 1000);
  }
}
