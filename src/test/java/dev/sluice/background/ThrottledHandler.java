package dev.sluice.background;

import jakarta.enterprise.context.ApplicationScoped;

/** Deployed by tests: two of its tasks an hour may begin. */
@ApplicationScoped
@TaskName("throttled")
@Throttled(policy = "twice-an-hour")
public class ThrottledHandler implements TaskHandler<String> {

  @Override
  public void handle(String text, TaskContext task) {
    RecordingHandler.NOTES.add(text + "#" + task.attempt());
  }
}
