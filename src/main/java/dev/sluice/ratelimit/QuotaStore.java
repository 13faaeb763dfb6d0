package dev.sluice.ratelimit;

import java.util.List;

/** The counts of all clients. Every list that is returned is in the order of the charges. */
interface QuotaStore {

  /** What is done with charges. */
  enum Mode {
    /** Charges all that fit, unless an enforced one does not; then charges none. */
    CHARGE('c'),
    /** Charges nothing. */
    PEEK('p'),
    /** Charges all, whether they fit or not. */
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
   * The reply of a store.
   *
   * @param at when it decided, in microseconds since the epoch by its clock; a refund names it
   */
  record Reply(List<WindowState> states, long at) {}

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
   * Takes back charges that were made.
   *
   * @param at the time of the reply to them
   * @throws QuotaStoreException if the store is unavailable
   */
  void refund(List<Charge> charges, long at);

  /**
   * Forgets what the clients of these charges have used.
   *
   * @throws QuotaStoreException if the store is unavailable
   */
  void reset(List<Charge> charges);
}
