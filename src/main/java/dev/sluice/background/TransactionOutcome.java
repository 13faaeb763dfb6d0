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
    int status = transactions.getTransactionStatus();
    TransactionOutcome outcome = new TransactionOutcome(status == Status.STATUS_COMMITTED);
    if (status == Status.STATUS_ACTIVE) { // one that can only roll back takes no registration
      transactions.registerInterposedSynchronization(outcome);
    }
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
