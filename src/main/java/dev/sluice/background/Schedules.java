package dev.sluice.background;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.Supplier;

/** The schedules of this deployment, see {@link Recurring}. */
@ApplicationScoped
public class Schedules {

  @Inject private TaskRuntime runtime;

  /**
   * Lists them.
   *
   * @throws TaskRejectedException if the store does not reply
   */
  public List<ScheduleStatus> list() {
    return ask(() -> runtime.scheduler().list());
  }

  /**
   * Pauses a schedule in the whole cluster: its ticks pass without a run, until {@link #resume}.
   *
   * @param name as {@link ScheduleStatus#name} tells it
   * @throws IllegalArgumentException if there is no such schedule
   * @throws TaskRejectedException if the store does not reply
   */
  public void pause(String name) {
    pause(name, true);
  }

  /**
   * Resumes a schedule in the whole cluster, with its next tick.
   *
   * @param name as {@link ScheduleStatus#name} tells it
   * @throws IllegalArgumentException if there is no such schedule
   * @throws TaskRejectedException if the store does not reply
   */
  public void resume(String name) {
    pause(name, false);
  }

  private void pause(String name, boolean paused) {
    ask(
        () -> {
          runtime.scheduler().pause(name, paused);
          return paused;
        });
  }

  /**
   * Runs the task of a schedule now, beside its ticks, also if it is paused.
   *
   * @param name as {@link ScheduleStatus#name} tells it
   * @return the task's id
   * @throws IllegalArgumentException if there is no such schedule
   * @throws TaskRejectedException if the store does not take it
   */
  public TaskId trigger(String name) {
    return ask(
        () -> {
          Submission task = runtime.scheduler().triggered(name);
          runtime.add(task);
          return task.id();
        });
  }

  private static <T> T ask(Supplier<T> question) {
    try {
      return question.get();
    } catch (TaskRejection e) {
      throw new TaskRejectedException(e);
    }
  }
}
