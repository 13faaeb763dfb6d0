package dev.sluice.background;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;

/** Deployed by tests: runs by itself too rarely to disturb them. */
@ApplicationScoped
@TaskName("leap-day")
@Recurring(cron = "0 0 29 2 *", zone = "Europe/Berlin")
public class LeapDayHandler implements TaskHandler<Instant> {

  @Override
  public void handle(Instant tick, TaskContext task) {
    RecordingHandler.NOTES.add("leap day " + task.id() + " " + (tick.getEpochSecond() > 0));
  }
}
