package dev.sluice.ratelimit;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts in this process, in bounded memory: beyond the bound, the client that has been idle
 * longest is forgotten and starts again from zero.
 */
final class LocalQuotaStore implements QuotaStore {

  private record Key(String quota, String client) {}

  private final InstantSource clock;
  private final int maxWindows;
  private final long maxBytes;
  private final Map<Key, Window> windows = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;
  private long lastId;

  /**
   * @param maxWindows how many windows are kept at the most
   * @param maxBytes how much memory they may take together, roughly
   */
  LocalQuotaStore(InstantSource clock, int maxWindows, long maxBytes) {
    this.clock = clock;
    this.maxWindows = maxWindows;
    this.maxBytes = maxBytes;
  }

  @Override
  public synchronized Reply run(List<Charge> charges, Mode mode) {
    long now = now();
    List<WindowState> states = states(charges, now);
    Receipt receipt = new Receipt(now, ++lastId);
    boolean permits = isPermitted(charges, states);
    for (int i = 0; i < charges.size(); i++) {
      if (takes(charges, states, i, mode, permits)) {
        states.set(i, take(charges.get(i), receipt));
      }
    }
    shrink();
    return new Reply(states, receipt);
  }

  private static boolean takes(
      List<Charge> charges, List<WindowState> states, int i, Mode mode, boolean permits) {
    Counting counting = charges.get(i).counting();
    boolean fits = states.get(i).admits();
    return switch (mode) {
      case PEEK -> false;
      case FORCE -> !counting.isConcurrent() && !counting.isBlock();
      case CHARGE -> fits && (counting.isBlock() ? Blocks.isRefused(charges, states, i) : permits);
    };
  }

  private static boolean isPermitted(List<Charge> charges, List<WindowState> states) {
    for (int i = 0; i < charges.size(); i++) {
      if (charges.get(i).isEnforced() && !states.get(i).admits()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public synchronized void refund(List<Charge> charges, Receipt receipt) {
    long now = now();
    for (Charge charge : charges) {
      Window window = windows.get(key(charge));
      if (window != null) {
        bytes -= window.size();
        window.refund(charge, now, receipt);
        bytes += window.size();
      }
    }
  }

  /** Does nothing: what runs in this process ends with it. */
  @Override
  public void renew(List<Charge> charges, Receipt receipt) {}

  @Override
  public synchronized void reset(List<Charge> charges) {
    for (Charge charge : charges) {
      Window window = windows.remove(key(charge));
      bytes -= window == null ? 0 : window.size();
    }
  }

  private List<WindowState> states(List<Charge> charges, long now) {
    List<WindowState> states = new ArrayList<>(charges.size());
    for (Charge charge : charges) {
      Window window = windows.get(key(charge));
      states.add((window == null ? newWindow(charge) : window).state(charge, now, charge.cost()));
    }
    return states;
  }

  private WindowState take(Charge charge, Receipt receipt) {
    Key key = key(charge);
    Window window = windows.get(key);
    if (window == null) {
      window = newWindow(charge);
      windows.put(key, window);
    } else {
      bytes -= window.size();
    }
    window.take(charge, receipt);
    bytes += window.size();
    return window.state(charge, receipt.at(), 0);
  }

  private void shrink() {
    Iterator<Window> oldest = windows.values().iterator();
    while (windows.size() > maxWindows || bytes > maxBytes) {
      bytes -= oldest.next().size();
      oldest.remove();
    }
  }

  private static Window newWindow(Charge charge) {
    return charge.counting().newWindow().get();
  }

  private static Key key(Charge charge) {
    return new Key(charge.quota().key(), charge.client());
  }

  private long now() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
  }

  synchronized int size() {
    return windows.size();
  }
}
