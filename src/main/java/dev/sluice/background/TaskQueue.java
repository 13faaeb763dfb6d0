package dev.sluice.background;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** Tasks outside requests: in a timer, a message listener, another task; and for operators. */
@ApplicationScoped
public class TaskQueue {

  @Inject private TaskLifecycle lifecycle;

  /**
   * Adds a task, which may begin at once; with its own call to the store.
   *
   * @return its id
   * @throws TaskRefusedException if the store does not take it
   * @throws IllegalArgumentException if there is no such handler, or the payload cannot be written
   *     as JSON
   */
  public <P> TaskId add(Class<? extends TaskHandler<P>> handler, P payload, TaskOptions options) {
    NewTask task = lifecycle.newTask(handler, payload, options);
    TaskNode node = lifecycle.node();
    try {
      node.checkOpen(options.ifStoreDown());
      node.add(List.of(new TaskNode.Addition(task, options.ifStoreDown())))
          .values()
          .forEach(TaskNode.Taken::release);
      return task.task().id();
    } catch (TaskRefusal e) {
      throw new TaskRefusedException(e);
    }
  }

  /** Adds a task with the default options. */
  public <P> TaskId add(Class<? extends TaskHandler<P>> handler, P payload) {
    return add(handler, payload, TaskOptions.defaults());
  }

  /**
   * How far a task is; empty when it was never added, or ended longer ago than the retention.
   *
   * @throws TaskRefusedException if the store does not answer
   */
  public Optional<TaskStatus> find(TaskId id) {
    try {
      return lifecycle.node().find(id);
    } catch (TaskRefusal e) {
      throw new TaskRefusedException(e);
    }
  }
}
