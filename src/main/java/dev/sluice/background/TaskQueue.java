package dev.sluice.background;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/** Tasks outside requests: in a timer, a message listener, another task; and for operators. */
@ApplicationScoped
public class TaskQueue {

  @Inject private TaskRuntime runtime;

  /**
   * Adds a task, with a call of its own to the store. In a transaction it is written when the
   * transaction is about to commit, and runs after the commit: if the store does not take it, the
   * transaction rolls back; after a rollback it does not run, unless its options say so.
   *
   * @return its id
   * @throws TaskRejectedException if the store does not take it; in a transaction if that is known
   *     already
   * @throws IllegalArgumentException if there is no such handler, or the payload is longer than
   *     {@code sluice.tasks.max-payload-bytes} or would not reach the handler as it is
   */
  public <P> TaskId add(Class<? extends TaskHandler<P>> handler, P payload, TaskOptions options) {
    Submission task = runtime.submission(handler, payload, options);
    try {
      runtime.add(task);
      return task.id();
    } catch (TaskRejection e) {
      throw new TaskRejectedException(e);
    }
  }

  /** Adds a task with the default options. */
  public <P> TaskId add(Class<? extends TaskHandler<P>> handler, P payload) {
    return add(handler, payload, TaskOptions.defaults());
  }

  /**
   * Cancels a task. One that waits never runs; one that a node holds is asked to end, within a
   * second: it does not begin any more, or its handler sees it by {@link TaskContext#isCancelled}.
   *
   * @return how far it is now; empty if there is no such task
   * @throws TaskRejectedException if the store does not answer
   */
  public Optional<TaskStatus> cancel(TaskId id) {
    try {
      runtime.dispatcher().cancel(id);
      return runtime.dispatcher().find(id);
    } catch (TaskRejection e) {
      throw new TaskRejectedException(e);
    }
  }

  /**
   * How far a task is; empty when it was never added, or ended longer ago than the retention.
   *
   * @throws TaskRejectedException if the store does not answer
   */
  public Optional<TaskStatus> find(TaskId id) {
    try {
      return runtime.dispatcher().find(id);
    } catch (TaskRejection e) {
      throw new TaskRejectedException(e);
    }
  }
}
