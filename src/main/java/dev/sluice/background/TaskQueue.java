package dev.sluice.background;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** Tasks outside requests: in a timer, a message listener, another task; and for operators. */
@ApplicationScoped
public class TaskQueue {

  @Inject private TaskRuntime lifecycle;

  /**
   * Adds a task, which may begin at once; with its own call to the store.
   *
   * @return its id
   * @throws TaskRejectedException if the store does not take it
   * @throws IllegalArgumentException if there is no such handler, or the payload cannot be written
   *     as JSON
   */
  public <P> TaskId add(Class<? extends TaskHandler<P>> handler, P payload, TaskOptions options) {
    Submission task = lifecycle.newTask(handler, payload, options);
    TaskDispatcher node = lifecycle.node();
    try {
      node.checkOpen(options.ifStoreDown());
      node.add(List.of(new TaskDispatcher.Addition(task, options.ifStoreDown())))
          .values()
          .forEach(TaskDispatcher.Taken::release);
      return task.task().id();
    } catch (TaskRejection e) {
      throw new TaskRejectedException(e);
    }
  }

  /** Adds a task with the default options. */
  public <P> TaskId add(Class<? extends TaskHandler<P>> handler, P payload) {
    return add(handler, payload, TaskOptions.defaults());
  }

  /**
   * How far a task is; empty when it was never added, or ended longer ago than the retention.
   *
   * @throws TaskRejectedException if the store does not answer
   */
  public Optional<TaskStatus> find(TaskId id) {
    try {
      return lifecycle.node().find(id);
    } catch (TaskRejection e) {
      throw new TaskRejectedException(e);
    }
  }
}
