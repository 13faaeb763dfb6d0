package dev.sluice.ratelimit;

import java.util.ArrayList;
import java.util.List;

/**
 * What a store has to say of one limit of one client, in whole numbers and by the definition of the
 * algorithm: from a list of all charges, or from a number of tokens. It shares no code with a
 * store.
 */
abstract class QuotaOracle {

  /** The expected reply, in microseconds. */
  record Expected(long remaining, long reset, long retry) {}

  final long period;

  private QuotaOracle(long period) {
    this.period = period;
  }

  static QuotaOracle of(Algorithm algorithm, long period) {
    return switch (algorithm) {
      case SLIDING_WINDOW -> new Sliding(period);
      case FIXED_WINDOW -> new Fixed(period);
      case TOKEN_BUCKET -> new Tokens(period);
    };
  }

  abstract Expected state(long now, long amount, long cost);

  /** Charges what fits, or by force. */
  abstract void charge(long now, long amount, long cost);

  /** Takes back a charge; false if this oracle cannot tell what a store does. */
  abstract boolean refund(long now, long at, long amount, long cost);

  /** One entry for each unit, in the order in which they were charged. */
  private static final class Sliding extends QuotaOracle {

    private final List<Long> units = new ArrayList<>();

    Sliding(long period) {
      super(period);
    }

    private List<Long> within(long now) {
      return units.stream().filter(at -> now - at < period).toList();
    }

    @Override
    Expected state(long now, long amount, long cost) {
      List<Long> used = within(now);
      long remaining = Math.max(0, amount - used.size());
      long reset = used.isEmpty() ? 0 : used.get(0) + period - now;
      if (cost > amount) {
        return new Expected(remaining, reset, period);
      }
      long wait = 0;
      for (int gone = 0; used.size() - gone + cost > amount; gone++) {
        wait = used.get(gone) + period - now;
      }
      return new Expected(remaining, reset, wait);
    }

    @Override
    void charge(long now, long amount, long cost) {
      for (long i = 0; i < Math.min(cost, amount); i++) {
        units.add(now);
      }
    }

    void keepNewest(long amount) {
      while (units.size() > amount) {
        units.remove(0);
      }
    }

    @Override
    boolean refund(long now, long at, long amount, long cost) {
      if (now - at < period && units.stream().filter(unit -> unit == at).count() < cost) {
        return false;
      }
      for (long i = 0; i < cost && now - at < period; i++) {
        units.remove(units.lastIndexOf(at));
      }
      return true;
    }
  }

  /** The first charge after a window begins the next one. */
  private static final class Fixed extends QuotaOracle {

    private long start;
    private long used;

    Fixed(long period) {
      super(period);
    }

    @Override
    Expected state(long now, long amount, long cost) {
      long counted = now - start < period ? used : 0;
      long rest = counted == 0 ? 0 : start + period - now;
      long retry = counted + cost <= amount ? 0 : cost > amount ? period : rest;
      return new Expected(Math.max(0, amount - counted), rest, retry);
    }

    @Override
    void charge(long now, long amount, long cost) {
      if (used == 0 || now - start >= period) {
        start = now;
        used = 0;
      }
      used += cost;
    }

    @Override
    boolean refund(long now, long at, long amount, long cost) {
      if (now - start < period && at >= start) {
        used = Math.max(0, used - cost);
      }
      return true;
    }
  }

  /** Missing tokens times the period: whole numbers. */
  private static final class Tokens extends QuotaOracle {

    private long at;
    private long missing;

    Tokens(long period) {
      super(period);
    }

    private long missing(long now, long amount) {
      return Math.min(amount * period, Math.max(0, missing - amount * (now - at)));
    }

    @Override
    Expected state(long now, long amount, long cost) {
      long now0 = missing(now, amount);
      long remaining = Math.floorDiv(amount * period - now0, period);
      long reset = now0 == 0 ? 0 : up(now0 - (amount - remaining - 1) * period, amount);
      long excess = now0 + (cost - amount) * period;
      long retry = excess <= 0 ? 0 : cost > amount ? period : Math.max(1, up(excess, amount));
      return new Expected(remaining, reset, retry);
    }

    private static long up(long tokens, long amount) {
      return -Math.floorDiv(-tokens, amount);
    }

    @Override
    void charge(long now, long amount, long cost) {
      missing = Math.min(amount * period, missing(now, amount) + cost * period);
      at = now;
    }

    @Override
    boolean refund(long now, long charged, long amount, long cost) {
      long back = Math.max(0, cost * period - amount * (now - charged));
      missing = Math.max(0, missing(now, amount) - back);
      at = now;
      return true;
    }
  }

  /** After a forced charge only the newest units of a sliding window decide. */
  void force(long now, long amount, long cost) {
    charge(now, amount, cost);
    if (this instanceof Sliding sliding) {
      sliding.keepNewest(amount);
    }
  }
}
