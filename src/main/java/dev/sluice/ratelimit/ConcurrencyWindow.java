package dev.sluice.ratelimit;

import dev.sluice.ratelimit.QuotaStore.Receipt;
import java.util.HashSet;
import java.util.Set;

/** The window of {@link Limit.Concurrent}: the requests that run now. */
final class ConcurrencyWindow implements Window {

  /** The time until a retry, in microseconds: when a request ends is unknown. */
  static final long RETRY = 1_000_000;

  private final Set<Long> running = new HashSet<>();

  @Override
  public WindowState state(Charge charge, long now, long cost) {
    long remaining = Math.max(0, charge.amount() - running.size());
    return WindowState.ofMicros(charge, remaining, 0, cost > remaining ? RETRY : 0);
  }

  @Override
  public void take(Charge charge, Receipt receipt) {
    running.add(receipt.id());
  }

  @Override
  public void refund(Charge charge, long now, Receipt receipt) {
    running.remove(receipt.id());
  }

  @Override
  public int size() {
    return 64 + 48 * running.size();
  }
}
