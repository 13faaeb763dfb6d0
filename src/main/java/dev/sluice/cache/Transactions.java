package dev.sluice.cache;

import dev.sluice.execution.ContainerServices;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Status;

/** The transactions of the container. */
@ApplicationScoped
class Transactions {

  @Inject private ContainerServices container;

  /** Whether the calling thread is in a transaction. */
  boolean isActive() {
    return container.transactions().getTransactionStatus() != Status.STATUS_NO_TRANSACTION;
  }

  /** The outcome of the transaction of the calling thread. */
  TransactionOutcome current() {
    int status = container.transactions().getTransactionStatus();
    if (status == Status.STATUS_NO_TRANSACTION) {
      return TransactionOutcome.none();
    }
    if (status != Status.STATUS_ACTIVE) {
      return TransactionOutcome.known(status);
    }
    TransactionOutcome outcome = new TransactionOutcome();
    container.transactions().registerInterposedSynchronization(outcome);
    return outcome;
  }
}
