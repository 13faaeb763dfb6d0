package dev.sluice.ratelimit;

import dev.sluice.ratelimit.QuotaStore.Mode;
import dev.sluice.ratelimit.QuotaStore.Receipt;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Corrects the charges of one request in the store that made them. While that is unavailable what
 * was charged stays charged, and requests that run end by themselves.
 *
 * @param charges all charges of the request, by which its refusals are remembered
 */
record StoreLedger(
    List<Charge> charges,
    QuotaStore store,
    Receipt receipt,
    RefusalCache refusals,
    RunningRequests running)
    implements Reservation.Ledger {

  private static final System.Logger LOG = System.getLogger(RateLimiter.class.getName());

  @Override
  public void refund(List<Charge> refunds) {
    unlessUnavailable(() -> store.refund(refunds, receipt));
    refusals.remove(charges);
  }

  @Override
  public void force(List<Charge> more) {
    unlessUnavailable(() -> store.run(more, Mode.FORCE));
  }

  @Override
  public void renew(List<Charge> requests) {
    unlessUnavailable(() -> store.renew(requests, receipt));
  }

  @Override
  public void end(Reservation reservation, List<Charge> requests) {
    running.end(reservation);
    unlessUnavailable(() -> store.refund(requests, receipt));
  }

  /** The connection logs an outage. */
  private static void unlessUnavailable(Runnable correction) {
    try {
      correction.run();
    } catch (QuotaStoreException e) {
      LOG.log(Level.DEBUG, "A charge could not be corrected", e);
    }
  }
}
