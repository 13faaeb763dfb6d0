package dev.sluice.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The rule that a client with too many refusals is refused everything for a while.
 *
 * @param duration how long
 * @param refusals how many refusals, in which period, begin a block
 */
record Block(Duration duration, Limit.PerPeriod refusals) {

  /**
   * Reads {@link RateLimited#block} and {@link RateLimited#blockAfter}; empty without a duration.
   *
   * @throws IllegalArgumentException if one of them is wrong; the message says which
   */
  static Optional<Block> parse(String duration, String refusals) {
    Limit.PerPeriod after =
        one("block-after", refusals, refusals, "refusals in a period as \"10/minute\"");
    return duration.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Block(
                one("block", "1/" + duration, duration, "a duration as \"1 hour\"").period(),
                after));
  }

  private static Limit.PerPeriod one(String member, String limit, String text, String expected) {
    try {
      List<Limit> limits = Limit.parse(limit);
      if (limits.size() == 1 && limits.get(0) instanceof Limit.PerPeriod one) {
        return one;
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(message(member, text, expected), e);
    }
    throw new IllegalArgumentException(message(member, text, expected));
  }

  private static String message(String member, String text, String expected) {
    return member + " = \"" + text + "\": expected " + expected;
  }
}
