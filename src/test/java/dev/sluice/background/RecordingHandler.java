package dev.sluice.background;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.UserTransaction;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Deployed by tests: remembers what it was given, and how often its request context was used. */
@ApplicationScoped
@TaskName(value = "recorder", aliases = "org.example.Gone")
public class RecordingHandler implements TaskHandler<RecordingHandler.Note> {

  /** A payload with a member that breaks JSON on demand. */
  public static class Note {
    private String text = "";

    public String getText() {
      if (text.equals("unwritable")) {
        throw new IllegalStateException("expected by the test");
      }
      return text;
    }

    public void setText(String text) {
      this.text = text;
    }

    static Note of(String text) {
      Note note = new Note();
      note.setText(text);
      return note;
    }
  }

  static final Queue<String> NOTES = new ConcurrentLinkedQueue<>();
  static final Queue<String> EVENTS = new ConcurrentLinkedQueue<>();

  @Inject private PerRequest perRequest;
  @Inject private BackgroundTasks tasks;
  @Inject private TaskQueue queue;

  @Resource(lookup = "java:comp/UserTransaction")
  private UserTransaction transaction;

  @Override
  public void handle(Note note, TaskContext task) throws Exception {
    if (note.getText().endsWith("-nested")) {
      try {
        tasks.add(RecordingHandler.class, Note.of("never"));
      } catch (IllegalStateException e) {
        NOTES.add(note.getText() + e.getMessage());
        TaskId next = queue.add(RecordingHandler.class, Note.of(note.getText() + "-queued"));
        NOTES.add(note.getText() + queue.find(next).orElseThrow().state());
        return;
      }
    }
    NOTES.add(note.getText() + "#" + task.attempt() + "." + perRequest.count());
    if (note.getText().endsWith("-leavings")) {
      leaveThings();
    } else if (note.getText().endsWith("-clean")) {
      lookForThings(note.getText());
    }
    if (note.getText().startsWith("fails") && task.attempt() == 1) {
      throw new IllegalStateException("expected by the test");
    }
  }

  void see(@Observes TaskEvent event) {
    EVENTS.add(event.kind() + " " + event.id() + " " + event.attempt());
    throw new IllegalStateException("expected by the test: an observer changes nothing");
  }

  private void leaveThings() throws Exception {
    transaction.begin();
    Thread.currentThread().setName("left");
    Thread.currentThread().setContextClassLoader(null);
    Thread.currentThread().interrupt();
  }

  private void lookForThings(String text) throws Exception {
    Thread thread = Thread.currentThread();
    if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION
        || thread.getName().equals("left")
        || thread.getContextClassLoader() == null
        || thread.isInterrupted()) {
      NOTES.add(text + " is not clean");
    }
  }
}
