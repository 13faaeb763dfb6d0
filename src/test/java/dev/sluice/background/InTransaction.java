package dev.sluice.background;

import dev.sluice.background.RecordingHandler.Note;
import dev.sluice.background.TaskOptions.When;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;

/** Deployed by tests: adds a task in a transaction. */
@ApplicationScoped
public class InTransaction {

  @Inject private BackgroundTasks tasks;

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
}
