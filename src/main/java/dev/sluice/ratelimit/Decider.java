package dev.sluice.ratelimit;

import dev.sluice.ratelimit.Decision.Permitted;
import dev.sluice.ratelimit.Decision.Reason;
import dev.sluice.ratelimit.Decision.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Decides on a request's quotas: from a refusal of a moment ago, by the store, or, while that
 * cannot be asked, as the policies' {@link OutagePolicy} says.
 */
final class Decider {

  /** After an outage was the answer; about how often the store is tried. */
  private static final Duration OUTAGE_RETRY = Duration.ofSeconds(1);

  private final QuotaStore store;
  private final QuotaStore standIn;
  private final RefusalCache refusals;
  private final DecisionCounters counts;
  private final Consumer<Decision> noteworthy;

  /**
   * @param standIn counts here while {@code store} cannot be asked
   * @param noteworthy hears of refusals by the store, and of whoever comes near a limit
   */
  Decider(
      QuotaStore store,
      QuotaStore standIn,
      RefusalCache refusals,
      DecisionCounters counts,
      Consumer<Decision> noteworthy) {
    this.store = store;
    this.standIn = standIn;
    this.refusals = refusals;
    this.counts = counts;
    this.noteworthy = noteworthy;
  }

  Decision decide(List<Charge> quotas) {
    Optional<Refused> refusal = findRefusal(quotas);
    return refusal.isPresent() ? refusal.get() : ask(quotas);
  }

  /** Refuses again whom the store has just refused; asks nobody. */
  Optional<Refused> findRefusal(List<Charge> quotas) {
    Optional<Refused> refusal = refusals.find(quotas);
    refusal.ifPresent(counts::refusedFromCache);
    return refusal;
  }

  /** Decides without a thought of {@link #findRefusal}. */
  Decision ask(List<Charge> quotas) {
    long asked = refusals.now();
    List<QuotaState> states;
    try {
      states = store.decide(quotas);
    } catch (QuotaStoreException e) {
      counts.decidedInOutage(quotas);
      return inOutage(quotas, local -> noted(local, standIn.decide(local)));
    }
    Decision decision = noted(quotas, states);
    if (decision instanceof Refused refused) {
      refusals.add(quotas, refused, asked);
    }
    return decision;
  }

  private Decision noted(List<Charge> quotas, List<QuotaState> states) {
    Decision decision = decision(quotas, states);
    counts.decided(quotas, states, decision);
    if (decision instanceof Refused || crossesWarnThreshold(quotas, states)) {
      noteworthy.accept(decision);
    }
    return decision;
  }

  /** Whether this request is the one that takes a client near a limit. */
  private static boolean crossesWarnThreshold(List<Charge> quotas, List<QuotaState> states) {
    for (int i = 0; i < quotas.size(); i++) {
      Charge quota = quotas.get(i);
      long amount = quota.policy().limit().amount();
      long threshold = (amount * quota.policy().policy().warnAt() + 99) / 100;
      long used = amount - states.get(i).remaining();
      if (quota.isEnforced() && used >= threshold && used - quota.cost() < threshold) {
        return true;
      }
    }
    return false;
  }

  private Decision inOutage(List<Charge> quotas, Function<List<Charge>, Decision> here) {
    List<Charge> local = new ArrayList<>(quotas.size());
    for (Charge quota : quotas) {
      OutagePolicy onOutage = quota.policy().policy().onOutage();
      if (onOutage == OutagePolicy.FAIL_CLOSED && quota.isEnforced()) {
        return new Refused(Reason.STORE_UNAVAILABLE, List.of(), OUTAGE_RETRY);
      }
      if (onOutage == OutagePolicy.LOCAL) {
        local.add(quota);
      }
    }
    if (local.isEmpty()) {
      return new Permitted(List.of());
    }
    return here.apply(local);
  }

  /** What would be decided, without charging or counting anything. */
  Decision peek(List<Charge> quotas) {
    try {
      return decision(quotas, store.peek(quotas));
    } catch (QuotaStoreException e) {
      return inOutage(quotas, local -> decision(local, standIn.peek(local)));
    }
  }

  /** Forgets what these quotas have admitted, here and in the store. */
  void reset(List<Charge> quotas) {
    refusals.clear();
    standIn.reset(quotas);
    store.reset(quotas);
  }

  private static Decision decision(List<Charge> quotas, List<QuotaState> states) {
    List<QuotaStatus> statuses = new ArrayList<>(quotas.size());
    Duration retryAfter = Duration.ZERO;
    for (int i = 0; i < quotas.size(); i++) {
      if (quotas.get(i).isEnforced()) {
        QuotaStatus status = QuotaStatus.of(quotas.get(i), states.get(i));
        statuses.add(status);
        if (status.retry().compareTo(retryAfter) > 0) {
          retryAfter = status.retry();
        }
      }
    }
    return retryAfter.isZero()
        ? new Permitted(statuses)
        : new Refused(Reason.QUOTA_EXCEEDED, statuses, retryAfter);
  }
}
