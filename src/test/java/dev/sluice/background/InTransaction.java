package dev.sluice.background;

import dev.sluice.background.RecordingHandler.Note;
import dev.sluice.background.TaskOptions.When;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;
import java.util.List;

/** Deployed by tests: adds a task in a transaction. */
@ApplicationScoped
public class InTransaction {

  @Inject private BackgroundTasks tasks;
  @Inject private TaskQueue queue;

  @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
  private TransactionSynchronizationRegistry transactions;

  @Transactional
  public void add(String text, boolean failing) {
    tasks.add(RecordingHandler.class, Note.of(text));
    if (failing) {
      throw new IllegalStateException("expected by the test");
    }
  }

  /** In a transaction of which it is known already that it will not commit. */
  @Transactional
  public void addInVain(String text, When when) {
    transactions.setRollbackOnly();
    tasks.add(RecordingHandler.class, Note.of(text), TaskOptions.defaults().withWhen(when));
  }

  /** How the transaction of a task of the queue ends. */
  public enum Outcome {
    COMMIT,
    /** Without a look at the task. */
    COMMIT_BLIND,
    ROLL_BACK,
    /** It is known before the task is added. */
    ONLY_ROLL_BACK
  }

  /** Returns the states of the task that can be found before the transaction ends. */
  @Transactional
  public List<TaskStatus.State> addToQueue(String text, Outcome outcome) {
    if (outcome == Outcome.ONLY_ROLL_BACK) {
      transactions.setRollbackOnly();
    }
    TaskId id = queue.add(RecordingHandler.class, Note.of(text));
    if (outcome == Outcome.ROLL_BACK) {
      transactions.setRollbackOnly();
    }
    return outcome == Outcome.COMMIT_BLIND
        ? List.of()
        : queue.find(id).map(TaskStatus::state).stream().toList();
  }
}
