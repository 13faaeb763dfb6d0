package dev.sluice.cache;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import java.util.concurrent.CompletableFuture;

/** The outcome of the transaction in which a method ran. A call without one counts as committed. */
final class TransactionOutcome implements Synchronization {

  private final CompletableFuture<Boolean> committed = new CompletableFuture<>();

  /** The outcome of no transaction. */
  static TransactionOutcome none() {
    return known(Status.STATUS_COMMITTED);
  }

  /**
   * The outcome of a transaction with this status, from which nothing can follow but a rollback.
   */
  static TransactionOutcome known(int status) {
    TransactionOutcome outcome = new TransactionOutcome();
    outcome.afterCompletion(status);
    return outcome;
  }

  /** Whether the transaction has not ended. */
  boolean isPending() {
    return !committed.isDone();
  }

  /** Whether the transaction was committed. */
  boolean isCommitted() {
    return committed.getNow(false);
  }

  /** Runs one of the actions: now, or when the transaction has ended. */
  @SuppressWarnings("FutureReturnValueIgnored") // the actions handle their own failures
  void then(Runnable afterCommit, Runnable afterRollback) {
    committed.thenAccept(success -> (success ? afterCommit : afterRollback).run());
  }

  @Override
  public void beforeCompletion() {}

  @Override
  public void afterCompletion(int status) {
    committed.complete(status == Status.STATUS_COMMITTED);
  }
}
