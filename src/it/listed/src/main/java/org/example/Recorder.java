package org.example;

import dev.sluice.background.TaskContext;
import dev.sluice.background.TaskHandler;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was given. */
@ApplicationScoped
public class Recorder implements TaskHandler<String> {

  static final List<String> NOTES = new CopyOnWriteArrayList<>();

  @Override
  public void handle(String text, TaskContext task) {
    NOTES.add("added " + text);
  }
}
