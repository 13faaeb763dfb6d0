package dev.sluice.background;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/** Deployed by tests: adds a task in a transaction. */
@ApplicationScoped
public class InTransaction {

  @Inject private BackgroundTasks tasks;

  @Transactional
  public void add(String text, boolean failing) {
    tasks.add(RecordingHandler.class, RecordingHandler.Note.of(text));
    if (failing) {
      throw new IllegalStateException("expected by the test");
    }
  }
}
