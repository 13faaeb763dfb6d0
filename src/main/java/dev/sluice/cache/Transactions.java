package dev.sluice.cache;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;

/** The transactions of the container. */
@ApplicationScoped
class Transactions {

  @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
  @SuppressWarnings("NullAway.Init") // injected
  private TransactionSynchronizationRegistry registry;

  /** Whether the calling thread is in a transaction. */
  boolean isActive() {
    return registry.getTransactionStatus() != Status.STATUS_NO_TRANSACTION;
  }

  /** The outcome of the transaction of the calling thread. */
  TransactionOutcome current() {
    int status = registry.getTransactionStatus();
    if (status == Status.STATUS_NO_TRANSACTION) {
      return TransactionOutcome.none();
    }
    if (status != Status.STATUS_ACTIVE) {
      return TransactionOutcome.known(status);
    }
    TransactionOutcome outcome = new TransactionOutcome();
    registry.registerInterposedSynchronization(outcome);
    return outcome;
  }
}
