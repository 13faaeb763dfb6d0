package dev.sluice.ratelimit;

import dev.sluice.ratelimit.QuotaStore.Receipt;
import java.util.Arrays;

/**
 * The window of {@link Algorithm#SLIDING_WINDOW}: a ring of what was admitted and when.
 *
 * <p>Up to N = 1,000 each unit has a stamp of its own, the time at which it was admitted. Above,
 * the units that are admitted in one 1,000th of the period (a grain) share a stamp, the end of that
 * grain: each unit counts as admitted that late, so it comes back late but never early. A stamp is
 * dead once the period has passed since.
 */
final class SlidingWindow implements Window {

  private static final long EXACT = 1000;

  private final long period;

  private long[] stamps = new long[4];

  /** All units ever admitted up to and including the stamp at the same place. */
  private long[] totals = new long[4];

  private int oldest;
  private int count;
  private long forgotten;

  /** By how much the newest stamp may be ahead of the time at which it was written. */
  private long ahead;

  SlidingWindow(Limit.PerPeriod limit) {
    period = limit.periodMicros();
  }

  @Override
  public WindowState state(Charge charge, long now, long cost) {
    forget(now);
    long amount = charge.amount();
    long used = total() - forgotten;
    long reset = count == 0 ? 0 : stamps[oldest] + period - now;
    long excess = used + cost - amount;
    long remaining = Math.max(0, amount - used);
    if (excess <= 0) {
      return WindowState.ofMicros(charge, remaining, reset, 0);
    }
    long retry =
        cost > amount ? period : stamps[at(firstReaching(forgotten + excess))] + period - now;
    return WindowState.ofMicros(charge, remaining, reset, retry);
  }

  @Override
  public void take(Charge charge, Receipt receipt) {
    long now = receipt.at();
    long cost = charge.cost();
    forget(now);
    long amount = charge.amount();
    if (amount > EXACT) {
      takeInGrain(now, cost, period / EXACT);
      return;
    }
    long units = Math.min(cost, amount);
    long total = total();
    long stamp = count == 0 ? now : Math.max(now, newest());
    for (int i = 1; i <= units; i++) {
      append(stamp, total + i, (int) amount);
    }
    if (stamp == now) {
      ahead = 0;
    }
    while (total() - totals[oldest] >= amount) { // only the newest N units decide
      forgetOldest();
    }
  }

  private void takeInGrain(long now, long cost, long grain) {
    long total = total();
    long stamp = (now / grain + 1) * grain;
    if (count > 0 && newest() >= stamp) {
      totals[at(count - 1)] = total + cost;
    } else {
      append(stamp, total + cost, (int) EXACT + 2);
      ahead = grain;
    }
  }

  private void forget(long now) {
    if (count > 0 && newest() - ahead > now + PATIENCE) {
      forgotten = total();
      count = 0;
    }
    while (count > 0 && stamps[oldest] + period <= now) {
      forgetOldest();
    }
  }

  private void forgetOldest() {
    forgotten = totals[oldest];
    oldest = at(1);
    count--;
  }

  @Override
  public void refund(Charge charge, long now, Receipt receipt) {
    forget(now);
    long grain = period / EXACT;
    long due = charge.amount() > EXACT ? (receipt.at() / grain + 1) * grain : receipt.at();
    long left = charge.cost();
    for (int place = count - 1; place >= 0 && left > 0; place--) {
      if (stamps[at(place)] <= due) {
        long units = Math.min(left, unitsAt(place));
        takeBack(place, units);
        left -= units;
      }
    }
  }

  private long unitsAt(int place) {
    return totals[at(place)] - (place == 0 ? forgotten : totals[at(place - 1)]);
  }

  private void takeBack(int place, long units) {
    boolean isEmpty = unitsAt(place) == units;
    for (int later = place; later < count; later++) {
      totals[at(later)] -= units;
    }
    if (isEmpty) {
      for (int later = place; later < count - 1; later++) {
        stamps[at(later)] = stamps[at(later + 1)];
        totals[at(later)] = totals[at(later + 1)];
      }
      count--;
    }
  }

  /** Returns the place, counted from the oldest, of the first stamp with {@code total} or more. */
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

  /**
   * @param capacity how many stamps the limit needs at the most
   */
  private void append(long stamp, long total, int capacity) {
    if (count == stamps.length) {
      grow(Math.max(count + 1, Math.min(capacity, 2 * count)));
    }
    stamps[at(count)] = stamp;
    totals[at(count)] = total;
    count++;
  }

  private void grow(int length) {
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
