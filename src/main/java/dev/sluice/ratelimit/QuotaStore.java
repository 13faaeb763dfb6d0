package dev.sluice.ratelimit;

import java.util.List;

/** What has been admitted of which quota. All methods answer in the order of the quotas. */
interface QuotaStore {

  /**
   * Decides at once: if every quota that is enforced admits its cost, all that admit it are
   * charged; otherwise none.
   *
   * @throws QuotaStoreException if the store cannot be asked; whether it has charged is unknown
   */
  List<QuotaState> decide(List<Charge> quotas);

  /**
   * The same without charging anything.
   *
   * @throws QuotaStoreException if the store cannot be asked
   */
  List<QuotaState> peek(List<Charge> quotas);

  /**
   * Forgets what these quotas have admitted.
   *
   * @throws QuotaStoreException if the store cannot be asked
   */
  void reset(List<Charge> quotas);
}
