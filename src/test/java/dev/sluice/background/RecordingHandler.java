package dev.sluice.background;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Deployed by tests: remembers what it was given, and how often its request context was used. */
@ApplicationScoped
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

  @Inject private PerRequest perRequest;
  @Inject private BackgroundTasks tasks;
  @Inject private TaskQueue queue;

  @Override
  public void handle(Note note, TaskContext task) {
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
    if (note.getText().startsWith("fails") && task.attempt() == 1) {
      throw new IllegalStateException("expected by the test");
    }
  }
}
