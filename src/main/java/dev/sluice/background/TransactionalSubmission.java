package dev.sluice.background;

import dev.sluice.background.TaskDispatcher.Accepted;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task that keeps to the transaction in which it is added: written to the store just before the
 * commit, so that the transaction rolls back if the store does not take it; released after the
 * commit, and discarded after a rollback.
 */
final class TransactionalSubmission implements Synchronization {

  private final TaskDispatcher dispatcher;
  private final Submission task;
  private final TransactionSynchronizationRegistry transactions;
  private @Nullable Accepted accepted;

  TransactionalSubmission(
      TaskDispatcher dispatcher, Submission task, TransactionSynchronizationRegistry transactions) {
    this.dispatcher = dispatcher;
    this.task = task;
    this.transactions = transactions;
  }

  @Override
  public void beforeCompletion() {
    try {
      accepted = dispatcher.add(List.of(task));
    } catch (TaskRejection e) {
      transactions.setRollbackOnly();
      throw new TaskRejectedException(e);
    }
  }

  @Override
  public void afterCompletion(int status) {
    Accepted written = accepted;
    if (written == null) {
      return; // rolled back before it was to be committed
    }
    if (status == Status.STATUS_COMMITTED) {
      written.release();
    } else {
      written.discard();
    }
  }
}
