package dev.sluice.ratelimit;

import java.util.Arrays;

/**
 * Never more than N in any period: a ring of what was admitted and when.
 *
 * <p>Up to N = 1,000 each unit has a stamp of its own, the time at which it was admitted. Above,
 * what is admitted in one 1,000th of the period shares a stamp, the end of that 1,000th: each unit
 * counts as admitted that late, so it comes back late but never early. A stamp is dead once the
 * period has passed since.
 */
final class SlidingWindow implements Window {

  private static final long EXACT = 1000;

  private final long amount;
  private final long period;
  private final long grain;
  private final int capacity;

  private long[] stamps = new long[4];

  /** All units ever admitted up to and including the stamp at the same place. */
  private long[] totals = new long[4];

  private int oldest;
  private int count;
  private long forgotten;

  SlidingWindow(Limit limit) {
    amount = limit.amount();
    period = limit.periodMicros();
    grain = amount <= EXACT ? 0 : period / EXACT;
    capacity = (int) Math.min(amount, EXACT + 2);
  }

  @Override
  public QuotaState state(long now, long cost) {
    forget(now);
    long used = total() - forgotten;
    long reset = count == 0 ? 0 : stamps[oldest] + period - now;
    long excess = used + cost - amount;
    if (excess <= 0) {
      return new QuotaState(amount - used, reset, 0);
    }
    long retry =
        cost > amount ? period : stamps[at(firstReaching(forgotten + excess))] + period - now;
    return new QuotaState(amount - used, reset, retry);
  }

  @Override
  public void take(long now, long cost) {
    forget(now);
    long total = total();
    if (grain == 0) {
      long stamp = count == 0 ? now : Math.max(now, newest());
      for (int i = 1; i <= cost; i++) {
        append(stamp, total + i);
      }
      return;
    }
    long stamp = (now / grain + 1) * grain;
    if (count > 0 && newest() >= stamp) {
      totals[at(count - 1)] = total + cost;
    } else {
      append(stamp, total + cost);
    }
  }

  private void forget(long now) {
    if (count > 0 && newest() - grain > now + PATIENCE) {
      forgotten = total();
      count = 0;
    }
    while (count > 0 && stamps[oldest] + period <= now) {
      forgotten = totals[oldest];
      oldest = at(1);
      count--;
    }
  }

  /** The place, counted from the oldest, of the first stamp up to which so much was admitted. */
  private int firstReaching(long total) {
    int low = 0;
    int high = count - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (totals[at(middle)] >= total) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private void append(long stamp, long total) {
    if (count == stamps.length) {
      grow();
    }
    stamps[at(count)] = stamp;
    totals[at(count)] = total;
    count++;
  }

  private void grow() {
    int length = Math.min(capacity, 2 * stamps.length);
    stamps = unrolled(stamps, length);
    totals = unrolled(totals, length);
    oldest = 0;
  }

  private long[] unrolled(long[] ring, int length) {
    long[] straight = Arrays.copyOfRange(ring, oldest, oldest + length);
    System.arraycopy(ring, 0, straight, ring.length - oldest, oldest);
    return straight;
  }

  private int at(int place) {
    return (oldest + place) % stamps.length;
  }

  private long newest() {
    return stamps[at(count - 1)];
  }

  private long total() {
    return count == 0 ? forgotten : totals[at(count - 1)];
  }

  @Override
  public int size() {
    return 64 + 16 * stamps.length;
  }
}
