package dev.sluice.ratelimit;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts in this process. Bounded: beyond its capacity whoever has not asked for longest is
 * forgotten, and may begin anew.
 */
final class LocalQuotaStore implements QuotaStore {

  private record Key(String policy, String client) {}

  private final InstantSource clock;
  private final int mostKeys;
  private final long mostBytes;
  private final Map<Key, Window> windows = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /**
   * @param mostKeys how many quotas of clients are kept at the most
   * @param mostBytes what they may take together, roughly
   */
  LocalQuotaStore(InstantSource clock, int mostKeys, long mostBytes) {
    this.clock = clock;
    this.mostKeys = mostKeys;
    this.mostBytes = mostBytes;
  }

  @Override
  public synchronized List<QuotaState> decide(List<Charge> quotas) {
    long now = now();
    List<QuotaState> states = states(quotas, now);
    for (int i = 0; i < quotas.size(); i++) {
      if (quotas.get(i).isEnforced() && !states.get(i).admits()) {
        return states;
      }
    }
    for (int i = 0; i < quotas.size(); i++) {
      if (states.get(i).admits()) {
        states.set(i, take(quotas.get(i), now));
      }
    }
    shrink();
    return states;
  }

  @Override
  public synchronized List<QuotaState> peek(List<Charge> quotas) {
    return states(quotas, now());
  }

  @Override
  public synchronized void reset(List<Charge> quotas) {
    for (Charge quota : quotas) {
      Window window = windows.remove(key(quota));
      bytes -= window == null ? 0 : window.size();
    }
  }

  private List<QuotaState> states(List<Charge> quotas, long now) {
    List<QuotaState> states = new ArrayList<>(quotas.size());
    for (Charge quota : quotas) {
      Window window = windows.get(key(quota));
      states.add((window == null ? newWindow(quota) : window).state(now, quota.cost()));
    }
    return states;
  }

  private QuotaState take(Charge quota, long now) {
    Key key = key(quota);
    Window window = windows.get(key);
    if (window == null) {
      window = newWindow(quota);
      windows.put(key, window);
    } else {
      bytes -= window.size();
    }
    window.take(now, quota.cost());
    bytes += window.size();
    return window.state(now, 0);
  }

  private void shrink() {
    Iterator<Window> oldest = windows.values().iterator();
    while (windows.size() > mostKeys || bytes > mostBytes) {
      bytes -= oldest.next().size();
      oldest.remove();
    }
  }

  private static Window newWindow(Charge quota) {
    return quota.policy().algorithm().newWindow(quota.policy().limit());
  }

  private static Key key(Charge quota) {
    return new Key(quota.policy().key(), quota.client());
  }

  private long now() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
  }

  synchronized int size() {
    return windows.size();
  }
}
