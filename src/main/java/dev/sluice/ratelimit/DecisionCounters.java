package dev.sluice.ratelimit;

import dev.sluice.ratelimit.Decision.Permitted;
import dev.sluice.ratelimit.Decision.Refused;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what each policy decides on this node, and logs what shadow policies would refuse. */
final class DecisionCounters {

  private static final System.Logger LOG = System.getLogger(RateLimiter.class.getName());

  private static final class Counts {
    final LongAdder permitted = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder refusedFromCache = new LongAdder();
    final LongAdder shadowed = new LongAdder();
    final LongAdder decidedInOutage = new LongAdder();
    final AtomicLong logged = new AtomicLong();
  }

  private static final Counts NOTHING = new Counts();

  private final Map<String, Counts> byPolicy = new ConcurrentHashMap<>();

  void decided(List<Charge> quotas, List<QuotaState> states, Decision decision) {
    for (int i = 0; i < quotas.size(); ) {
      RateLimitPolicy policy = quotas.get(i).policy().policy();
      boolean exceeded = false;
      // A policy's limits stand side by side.
      for (; i < quotas.size() && quotas.get(i).policy().isOf(policy); i++) {
        exceeded |= !states.get(i).admits();
      }
      Counts counts = counts(policy.name());
      if (exceeded && policy.shadow()) {
        counts.shadowed.increment();
        log(policy, counts);
      } else if (exceeded) {
        counts.refused.increment();
      } else if (decision instanceof Permitted) {
        counts.permitted.increment();
      }
    }
  }

  /** At most once a second and policy: whoever is over a limit tends to come often. */
  private static void log(RateLimitPolicy policy, Counts counts) {
    long second = System.nanoTime() / 1_000_000_000 + 1;
    if (counts.logged.getAndSet(second) != second) {
      LOG.log(
          Level.INFO,
          "Shadow policy {0} would have refused {1} requests so far",
          policy.name(),
          counts.shadowed.sum());
    }
  }

  void refusedFromCache(Refused refused) {
    String last = "";
    for (QuotaStatus quota : refused.quotas()) {
      String policy = quota.policy().policy().name();
      if (quota.isExceeded() && !policy.equals(last)) {
        counts(policy).refusedFromCache.increment();
        last = policy;
      }
    }
  }

  void decidedInOutage(List<Charge> quotas) {
    quotas.stream()
        .map(quota -> quota.policy().policy().name())
        .distinct()
        .forEach(name -> counts(name).decidedInOutage.increment());
  }

  RateLimitStatistics statistics(String policy) {
    Counts counts = byPolicy.getOrDefault(policy, NOTHING);
    return new RateLimitStatistics(
        counts.permitted.sum(),
        counts.refused.sum(),
        counts.refusedFromCache.sum(),
        counts.shadowed.sum(),
        counts.decidedInOutage.sum());
  }

  private Counts counts(String policy) {
    return byPolicy.computeIfAbsent(policy, name -> new Counts());
  }
}
