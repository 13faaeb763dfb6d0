package dev.sluice.ratelimit;

import dev.sluice.ratelimit.Decision.Permitted;
import dev.sluice.ratelimit.Decision.Refused;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counts the decisions of each policy and of all checks, and logs those of shadow policies. */
final class DecisionCounters {

  private static final System.Logger LOG = System.getLogger(RateLimiter.class.getName());

  private static final class Counters {
    final LongAdder permitted = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder refusedFromCache = new LongAdder();
    final LongAdder shadowed = new LongAdder();
    final LongAdder warned = new LongAdder();
    final LongAdder decidedInOutage = new LongAdder();
    final AtomicLong logged = new AtomicLong();

    RateLimitStatistics statistics() {
      return new RateLimitStatistics(
          permitted.sum(),
          refused.sum(),
          refusedFromCache.sum(),
          shadowed.sum(),
          warned.sum(),
          decidedInOutage.sum());
    }
  }

  private static final Counters NONE = new Counters();

  private final Map<String, Counters> byPolicy = new ConcurrentHashMap<>();
  private final Counters checks = new Counters();

  void decided(List<Charge> charges, List<WindowState> states, Decision decision) {
    (decision instanceof Permitted ? checks.permitted : checks.refused).increment();
    boolean shadowed = false;
    for (int i = 0; i < charges.size(); ) {
      RateLimitPolicy policy = charges.get(i).policy();
      boolean exceeded = false;
      // The limits of a policy are adjacent.
      for (; i < charges.size() && charges.get(i).policy().name().equals(policy.name()); i++) {
        exceeded |= !states.get(i).admits();
      }
      Counters policyCounters = counters(policy.name());
      if (exceeded && policy.shadow()) {
        policyCounters.shadowed.increment();
        shadowed = true;
        log(policy, policyCounters);
      } else if (exceeded) {
        policyCounters.refused.increment();
      } else if (decision instanceof Permitted) {
        policyCounters.permitted.increment();
      }
    }
    if (shadowed) {
      checks.shadowed.increment();
    }
  }

  /** A client has reached the warn threshold of these limits. */
  void warned(List<Charge> reached) {
    checks.warned.increment();
    policies(reached).forEach(counters -> counters.warned.increment());
  }

  /** Logs at most once a second and policy: clients over a limit send many requests. */
  private static void log(RateLimitPolicy policy, Counters counters) {
    long second = System.nanoTime() / 1_000_000_000 + 1;
    if (counters.logged.getAndSet(second) != second) {
      LOG.log(
          Level.INFO,
          "Shadow policy {0} would have refused {1} requests so far",
          policy.name(),
          counters.shadowed.sum());
    }
  }

  void refusedFromCache(Refused refused) {
    checks.refusedFromCache.increment();
    String last = "";
    for (WindowState window : refused.windows()) {
      String policy = window.quota().policy().name();
      if (window.isExceeded() && !policy.equals(last)) {
        counters(policy).refusedFromCache.increment();
        last = policy;
      }
    }
  }

  void decidedInOutage(List<Charge> charges) {
    checks.decidedInOutage.increment();
    policies(charges).forEach(counters -> counters.decidedInOutage.increment());
  }

  private Stream<Counters> policies(List<Charge> charges) {
    return charges.stream().map(charge -> charge.policy().name()).distinct().map(this::counters);
  }

  RateLimitStatistics statistics(String policy) {
    return byPolicy.getOrDefault(policy, NONE).statistics();
  }

  /** Of all checks. */
  RateLimitStatistics statistics() {
    return checks.statistics();
  }

  /** The policies that have decided. */
  Set<String> policies() {
    return byPolicy.keySet();
  }

  private Counters counters(String policy) {
    return byPolicy.computeIfAbsent(policy, name -> new Counters());
  }
}
