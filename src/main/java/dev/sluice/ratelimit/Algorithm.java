package dev.sluice.ratelimit;

/** How a limit of N per period is counted; N is its {@link Limit#amount}. Concurrency has none. */
public enum Algorithm {

  /**
   * Admits never more than N in any period, wherever it begins. Up to N = 1,000 it also refuses
   * nothing that would fit. Above, time is counted in 1,000ths of the period, rounded so that quota
   * may return up to one 1,000th of the period late.
   *
   * <p>Costs 8 bytes for each of the N (16 for each of the 1,001 above), grown as they are used,
   * and log N steps.
   */
  SLIDING_WINDOW {
    @Override
    Window newWindow(Limit.PerPeriod limit) {
      return new SlidingWindow(limit);
    }
  },

  /**
   * Counts from a client's first request on, and again from zero at the first request after the
   * period, as slowapi does. Admits up to 2 N − 1 in a period that spans two such windows.
   *
   * <p>Costs 16 bytes and one step.
   */
  FIXED_WINDOW {
    @Override
    Window newWindow(Limit.PerPeriod limit) {
      return new FixedWindow(limit);
    }
  },

  /**
   * Holds N tokens, of which a request takes its cost; they return one by one, evenly over the
   * period, so that traffic is smooth after the first burst (the generic cell rate algorithm).
   * Admits less than 2 N in any period.
   *
   * <p>Costs 16 bytes and one step.
   *
   * @see <a href="https://www.itu.int/rec/T-REC-I.371">ITU-T I.371, annex A</a>
   */
  TOKEN_BUCKET {
    @Override
    Window newWindow(Limit.PerPeriod limit) {
      return new TokenBucket(limit);
    }
  };

  abstract Window newWindow(Limit.PerPeriod limit);
}
