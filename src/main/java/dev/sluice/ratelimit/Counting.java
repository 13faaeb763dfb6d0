package dev.sluice.ratelimit;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * How one quota policy is counted, in either store.
 *
 * @param kind the algorithm
 * @param periodMicros the period, or the life of a lease, in microseconds
 * @param blockMicros how long a block lasts, in microseconds; 0 for other kinds
 * @param identity what makes counts comparable: with another identity counting starts from zero
 * @param newWindow makes an empty window for the store in this process
 */
record Counting(
    Kind kind, long periodMicros, long blockMicros, String identity, Supplier<Window> newWindow) {

  /** What is counted. */
  enum Kind {
    SLIDING_WINDOW('s'),
    FIXED_WINDOW('f'),
    TOKEN_BUCKET('t'),
    CONCURRENT('c'),
    BLOCK('b');

    private final char code;

    Kind(char code) {
      this.code = code;
    }

    /** Returns the letter that the script uses for it. */
    char code() {
      return code;
    }
  }

  /**
   * How long Redis counts a request that is not renewed as running. A node renews the leases of its
   * requests; those of a killed node are over after this time.
   */
  static final Duration LEASE = Duration.ofSeconds(10);

  static Counting of(Algorithm algorithm, Limit limit) {
    if (!(limit instanceof Limit.PerPeriod rate)) {
      return new Counting(
          Kind.CONCURRENT, LEASE.toMillis() * 1000, 0, "CONCURRENT", ConcurrencyWindow::new);
    }
    return new Counting(
        Kind.valueOf(algorithm.name()),
        rate.periodMicros(),
        0,
        algorithm + "\n" + rate.period(),
        () -> algorithm.newWindow(rate));
  }

  static Counting of(Block block) {
    long micros = block.duration().toMillis() * 1000;
    long period = block.refusals().periodMicros();
    return new Counting(Kind.BLOCK, period, micros, "BLOCK", () -> new BlockWindow(period, micros));
  }

  boolean isConcurrent() {
    return kind == Kind.CONCURRENT;
  }

  boolean isBlock() {
    return kind == Kind.BLOCK;
  }
}
