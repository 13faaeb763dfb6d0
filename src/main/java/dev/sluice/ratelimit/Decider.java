package dev.sluice.ratelimit;

import dev.sluice.ratelimit.Decision.Permitted;
import dev.sluice.ratelimit.Decision.Reason;
import dev.sluice.ratelimit.Decision.Refused;
import dev.sluice.ratelimit.QuotaStore.Mode;
import dev.sluice.ratelimit.QuotaStore.Receipt;
import dev.sluice.ratelimit.QuotaStore.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decides on the charges of one request: from the refusal cache, else by the store, or, while that
 * is unavailable, as the {@link OutagePolicy} of each policy says.
 */
final class Decider {

  /** {@code Retry-After} in an outage: the store is tried again about this often. */
  private static final Duration OUTAGE_RETRY = Duration.ofSeconds(1);

  private final QuotaStore store;
  private final QuotaStore local;
  private final RefusalCache refusals;
  private final RunningRequests running;
  private final DecisionCounters counters;
  private final DecisionReporter reporter;

  /**
   * @param local counts on this node while {@code store} is unavailable
   */
  Decider(
      QuotaStore store,
      QuotaStore local,
      RefusalCache refusals,
      RunningRequests running,
      DecisionCounters counters,
      DecisionListener listener) {
    this.store = store;
    this.local = local;
    this.refusals = refusals;
    this.running = running;
    this.counters = counters;
    reporter = new DecisionReporter(counters, listener);
  }

  /** Decides, and charges if every limit admits its charge. */
  Decision decide(List<Charge> charges) {
    return reserve(charges).decision();
  }

  /** Decides like {@link #decide}; the charge can be corrected later. */
  Reservation reserve(List<Charge> charges) {
    Optional<Refused> refusal = refusals.find(charges);
    if (refusal.isPresent()) {
      counters.refusedFromCache(refusal.get());
      return Reservation.uncharged(refusal.get());
    }
    long asked = refusals.now();
    Reply reply;
    try {
      reply = store.run(charges, Mode.CHARGE);
    } catch (QuotaStoreException e) {
      counters.decidedInOutage(charges);
      return inOutage(charges, this::reserveHere, Reservation::uncharged);
    }
    List<WindowState> states = Blocks.applied(charges, reply.states());
    Reservation reservation = reservation(charges, states, store, reply.receipt());
    if (reservation.decision() instanceof Refused refused) {
      if (Blocks.isRepeatable(charges, reply.states())) {
        refusals.add(charges, refused, asked);
      }
    } else if (reservation.isRunning()) {
      running.begin(reservation);
    }
    return reservation;
  }

  private Reservation reserveHere(List<Charge> charges) {
    Reply reply = local.run(charges, Mode.CHARGE);
    return reservation(charges, Blocks.applied(charges, reply.states()), local, reply.receipt());
  }

  private Reservation reservation(
      List<Charge> charges, List<WindowState> states, QuotaStore in, Receipt receipt) {
    Decision decision = reporter.report(charges, states);
    if (decision instanceof Refused) {
      return Reservation.uncharged(decision);
    }
    List<Charge> made = new ArrayList<>(charges.size());
    for (int i = 0; i < charges.size(); i++) {
      if (states.get(i).admits() && !charges.get(i).counting().isBlock()) {
        made.add(charges.get(i));
      }
    }
    return new Reservation(
        decision, made, new StoreLedger(charges, in, receipt, refusals, running));
  }

  /** Charges, whether it fits or not; in an outage the charges of LOCAL policies on this node. */
  List<WindowState> force(List<Charge> charges) {
    try {
      return store.run(charges, Mode.FORCE).states();
    } catch (QuotaStoreException e) {
      List<Charge> counted =
          charges.stream()
              .filter(charge -> charge.policy().onOutage() == OutagePolicy.LOCAL)
              .toList();
      return local.run(counted, Mode.FORCE).states();
    }
  }

  /**
   * @param decideHere decides on the charges whose policy is {@link OutagePolicy#LOCAL}
   * @param decided makes the result of a decision for which nothing is counted
   */
  private static <T> T inOutage(
      List<Charge> charges, Function<List<Charge>, T> decideHere, Function<Decision, T> decided) {
    List<Charge> counted = new ArrayList<>(charges.size());
    for (Charge charge : charges) {
      OutagePolicy onOutage = charge.policy().onOutage();
      if (onOutage == OutagePolicy.FAIL_CLOSED && charge.isEnforced()) {
        return decided.apply(new Refused(Reason.STORE_UNAVAILABLE, List.of(), OUTAGE_RETRY));
      }
      if (onOutage == OutagePolicy.LOCAL) {
        counted.add(charge);
      }
    }
    return counted.isEmpty() ? decided.apply(new Permitted(List.of())) : decideHere.apply(counted);
  }

  /** Returns what {@link #decide} would decide, without charging or counting anything. */
  Decision peek(List<Charge> charges) {
    try {
      return peekIn(store, charges);
    } catch (QuotaStoreException e) {
      return inOutage(charges, counted -> peekIn(local, counted), decision -> decision);
    }
  }

  private static Decision peekIn(QuotaStore in, List<Charge> charges) {
    return DecisionReporter.decision(charges, Blocks.applied(charges, in.peek(charges)));
  }

  /** Forgets what the clients of these charges have used, on this node and in the store. */
  void reset(List<Charge> charges) {
    refusals.clear();
    local.reset(charges);
    store.reset(charges);
  }
}
