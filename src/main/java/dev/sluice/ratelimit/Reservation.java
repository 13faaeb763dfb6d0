package dev.sluice.ratelimit;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A decision whose cost becomes known later: tokens of a language model, bytes of an export. The
 * estimate is charged at once, so that concurrent requests never exceed the limit; {@link #settle}
 * corrects it. A reservation that is never settled stays charged.
 *
 * <p>Under a limit on concurrency it also counts as running until {@link #close}.
 */
public final class Reservation implements AutoCloseable {

  /** Corrects charges that were made. */
  interface Ledger {

    /** Takes back so much of the charges. */
    void refund(List<Charge> refunds);

    /** Charges more, whether it fits or not. */
    void force(List<Charge> more);

    /** Counts the request as running for another while. */
    void renew(List<Charge> running);

    /** Counts the request as ended. */
    void end(Reservation reservation, List<Charge> running);
  }

  private static final Ledger NOTHING =
      new Ledger() {
        @Override
        public void refund(List<Charge> refunds) {}

        @Override
        public void force(List<Charge> more) {}

        @Override
        public void renew(List<Charge> running) {}

        @Override
        public void end(Reservation reservation, List<Charge> running) {}
      };

  private final Decision decision;
  private final List<Charge> charged;
  private final List<Charge> running;
  private final Ledger ledger;
  private final AtomicBoolean settled = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param made what was charged; empty if the request was refused
   */
  Reservation(Decision decision, List<Charge> made, Ledger ledger) {
    this.decision = decision;
    this.running = concurrent(made);
    this.charged = running.isEmpty() ? made : without(running, made);
    this.ledger = ledger;
  }

  private static List<Charge> concurrent(List<Charge> charges) {
    for (Charge charge : charges) { // most requests have none
      if (charge.counting().isConcurrent()) {
        return charges.stream().filter(one -> one.counting().isConcurrent()).toList();
      }
    }
    return List.of();
  }

  private static List<Charge> without(List<Charge> some, List<Charge> charges) {
    return charges.stream().filter(charge -> !some.contains(charge)).toList();
  }

  /** Returns a reservation that has charged nothing. */
  static Reservation uncharged(Decision decision) {
    return new Reservation(decision, List.of(), NOTHING);
  }

  /** Returns the decision on the estimated cost. */
  public Decision decision() {
    return decision;
  }

  /**
   * Corrects the charge to the real cost: takes back what was not used, or charges the rest,
   * whether it fits or not; 0 takes back everything. Only the first call has an effect. While the
   * store is unavailable, the estimate stays charged.
   *
   * @param cost the real cost, from 0
   * @throws IllegalArgumentException if {@code cost} is negative
   */
  public void settle(int cost) {
    if (cost < 0) {
      throw new IllegalArgumentException("The real cost is at least 0, not " + cost);
    }
    if (charged.isEmpty() || settled.getAndSet(true)) {
      return;
    }
    int difference = cost - charged.get(0).cost();
    if (difference < 0) {
      ledger.refund(costing(-difference));
    } else if (difference > 0) {
      ledger.force(costing(difference));
    }
  }

  private List<Charge> costing(int cost) {
    return charged.stream().map(charge -> charge.costing(cost)).toList();
  }

  /** Takes back the charges that a response with this status does not deserve; returns them. */
  List<Charge> settleByStatus(int status) {
    if (!dependsOnResponse() || settled.getAndSet(true)) {
      return List.of();
    }
    List<Charge> refunds =
        charged.stream().filter(charge -> !charge.policy().condition().charges(status)).toList();
    if (!refunds.isEmpty()) {
      ledger.refund(refunds);
    }
    return refunds;
  }

  private boolean dependsOnResponse() {
    for (Charge charge : charged) {
      if (charge.policy().condition().dependsOnResponse()) {
        return true;
      }
    }
    return false;
  }

  /** Whether it counts against a limit on concurrency. */
  boolean isRunning() {
    return !running.isEmpty() && !closed.get();
  }

  /** Counts as running for another {@link Counting#LEASE}. */
  void renew() {
    if (isRunning()) {
      ledger.renew(running);
      if (closed.get()) { // meanwhile
        ledger.end(this, running);
      }
    }
  }

  /**
   * Ends what counts against a limit on concurrency; the cost stays charged. Only the first call
   * has an effect.
   */
  @Override
  public void close() {
    if (!running.isEmpty() && !closed.getAndSet(true)) {
      ledger.end(this, running);
    }
  }
}
