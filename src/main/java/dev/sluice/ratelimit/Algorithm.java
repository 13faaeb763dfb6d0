package dev.sluice.ratelimit;

/** How a limit of N per period is counted. N is its {@link Limit#amount}. */
public enum Algorithm {

  /**
   * Never more than N in any period, wherever it begins; up to N = 1,000 also no refusal that this
   * does not ask for. Above, time is counted in 1,000ths of the period, rounded so that quota may
   * come back up to one of them late.
   *
   * <p>Costs 8 bytes for each of the N (16 for each of the 1,001 above), grown as they are used,
   * and log N steps.
   */
  SLIDING_WINDOW('s') {
    @Override
    Window newWindow(Limit limit) {
      return new SlidingWindow(limit);
    }
  },

  /**
   * Counts from a client's first request on, and anew from the first request after the period, as
   * slowapi does. Admits up to 2 N − 1 in a period that lies across such an edge.
   *
   * <p>Costs 16 bytes and one step.
   */
  FIXED_WINDOW('f') {
    @Override
    Window newWindow(Limit limit) {
      return new FixedWindow(limit);
    }
  },

  /**
   * A bucket of N tokens into which they return one by one, evenly over the period: smooth after
   * the first burst. The generic cell rate algorithm, as a leaking meter. Admits less than 2 N in
   * any period.
   *
   * <p>Costs 16 bytes and one step.
   *
   * @see <a href="https://www.itu.int/rec/T-REC-I.371">ITU-T I.371, annex A</a>
   */
  TOKEN_BUCKET('t') {
    @Override
    Window newWindow(Limit limit) {
      return new TokenBucket(limit);
    }
  };

  private final char code;

  Algorithm(char code) {
    this.code = code;
  }

  /** How scripts call it. */
  char code() {
    return code;
  }

  abstract Window newWindow(Limit limit);
}
