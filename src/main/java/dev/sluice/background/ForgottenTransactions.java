package dev.sluice.background;

import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.UserTransaction;
import java.lang.System.Logger.Level;

/** Ends the transaction that a task has begun and left behind, which would reach the next task. */
final class ForgottenTransactions {

  private static final System.Logger LOG = System.getLogger(ForgottenTransactions.class.getName());

  private final UserTransaction transaction;

  ForgottenTransactions(UserTransaction transaction) {
    this.transaction = transaction;
  }

  /** Rolls back the transaction of the calling thread, if there is one, and logs it. */
  void rollBack(String task) {
    try {
      if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
        LOG.log(Level.WARNING, "{0} has left a transaction open; it is rolled back", task);
        transaction.rollback();
      }
    } catch (SystemException | RuntimeException e) {
      LOG.log(Level.WARNING, "The transaction that " + task + " has left cannot be ended", e);
    }
  }
}
