package dev.sluice.ratelimit;

import java.util.List;
import java.util.Map;

/** The counts of all clients. Every list that is returned is in the order of the charges. */
interface QuotaStore {

  /** What is done with charges. */
  enum Mode {
    /** Charges all that fit, unless an enforced one does not; then charges none. */
    CHARGE('c'),
    /** Charges nothing. */
    PEEK('p'),
    /** Charges all but concurrency limits, whether they fit or not. */
    FORCE('f');

    private final char code;

    Mode(char code) {
      this.code = code;
    }

    /** Returns the letter that the script uses for it. */
    char code() {
      return code;
    }
  }

  /**
   * What a refund or a renewal names of the charges that were made together.
   *
   * @param at when they were made, in microseconds since the epoch by the store's clock
   * @param id tells the requests of a client apart that run at the same time
   * @param elsewhere when those of some clients were made, whom another clock counts
   */
  record Receipt(long at, long id, Map<String, Long> elsewhere) {

    Receipt(long at, long id) {
      this(at, id, Map.of());
    }

    /** Returns when this charge was made, by the clock of its client's store. */
    long at(Charge charge) {
      return elsewhere.getOrDefault(charge.client(), at);
    }
  }

  /** The reply of a store. */
  record Reply(List<WindowState> states, Receipt receipt) {}

  /**
   * Returns the state of each window before or, if it was charged, after the charge; in one step.
   *
   * @throws QuotaStoreException if the store is unavailable; whether it has charged is unknown
   */
  Reply run(List<Charge> charges, Mode mode);

  /** Charges all limits or none; see {@link Mode#CHARGE}. */
  default List<WindowState> decide(List<Charge> charges) {
    return run(charges, Mode.CHARGE).states();
  }

  /** Returns what {@link #decide} would return, and charges nothing. */
  default List<WindowState> peek(List<Charge> charges) {
    return run(charges, Mode.PEEK).states();
  }

  /**
   * Takes back charges that were made; of a concurrency limit it ends the request.
   *
   * @throws QuotaStoreException if the store is unavailable
   */
  void refund(List<Charge> charges, Receipt receipt);

  /**
   * Counts requests as running for another {@link Counting#LEASE}.
   *
   * @param charges charges against concurrency limits
   * @throws QuotaStoreException if the store is unavailable
   */
  void renew(List<Charge> charges, Receipt receipt);

  /**
   * Forgets what the clients of these charges have used.
   *
   * @throws QuotaStoreException if the store is unavailable
   */
  void reset(List<Charge> charges);
}
