package dev.sluice.background;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;

/** What became of the transaction in which a task was added. */
final class TransactionOutcome implements Synchronization {

  private volatile boolean committed;

  private TransactionOutcome(boolean committed) {
    this.committed = committed;
  }

  /** The outcome of the calling thread's transaction; having none is as good as a commit. */
  static TransactionOutcome ofCurrent(TransactionSynchronizationRegistry transactions) {
    if (transactions.getTransactionKey() == null) {
      return new TransactionOutcome(true);
    }
    TransactionOutcome outcome = new TransactionOutcome(false);
    transactions.registerInterposedSynchronization(outcome);
    return outcome;
  }

  /** False while it is still going on, too. */
  boolean isCommitted() {
    return committed;
  }

  @Override
  public void beforeCompletion() {}

  @Override
  public void afterCompletion(int status) {
    committed = status == Status.STATUS_COMMITTED;
  }
}
