package dev.sluice.background;

import java.time.Instant;
import java.util.function.Function;

/**
 * A schedule of this deployment.
 *
 * @param name the name of its handler
 * @param definition its text; the schedule restarts when it changes
 * @param submission the task of the tick at this time
 */
record Schedule(
    String name,
    String definition,
    Timetable timetable,
    MissedTicks missed,
    Function<Instant, Submission> submission) {

  /** Equal for one tick on all nodes. */
  static TaskId id(String name, Instant tick) {
    return TaskId.forKey(name, "tick " + tick.toEpochMilli());
  }
}
