package dev.sluice.background;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.ContextNotActiveException;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Inject it where a request passes, and add what is to be done after the response. What was added
 * runs in the order of adding, each task on its own: one that fails does not stop the next. If the
 * request fails (an exception, or a status of 400 or more), or the transaction that was going on at
 * the time of adding does not commit, it is dropped.
 *
 * <p>Add before the resource method returns, also where it returns a {@code CompletionStage}.
 * Outside requests use {@link TaskQueue}.
 */
@ApplicationScoped
public class BackgroundTasks {

  @Inject private HttpServletRequest request;
  @Inject private TaskRuntime lifecycle;

  /**
   * Runs this on this node; it is lost with the node, and not tried again.
   *
   * @throws TaskRejectedException if this node is full
   * @throws IllegalStateException if there is no request, or its response is on its way
   */
  public void run(Runnable task) {
    try {
      requestTasks()
          .run(lifecycle.handlers().inRequestContext(task), lifecycle.currentTransaction());
    } catch (TaskRejection e) {
      throw new TaskRejectedException(e);
    }
  }

  /**
   * Adds a task with the default options.
   *
   * @see #add(Class, Object, TaskOptions)
   */
  public <P> TaskId add(Class<? extends TaskHandler<P>> handler, P payload) {
    return add(handler, payload, TaskOptions.defaults());
  }

  /**
   * Adds a task. It is written to the store before the response is committed, all tasks of a
   * request in one call: an answer below 400 promises that it will run, at least once.
   *
   * @return its id
   * @throws TaskRejectedException if the store is known to be down, or the queue to be full
   * @throws IllegalArgumentException if there is no such handler, or the payload cannot be written
   *     as JSON
   * @throws IllegalStateException if there is no request, or its response is on its way
   */
  public <P> TaskId add(Class<? extends TaskHandler<P>> handler, P payload, TaskOptions options) {
    Submission task = lifecycle.newTask(handler, payload, options);
    try {
      requestTasks().add(task, options, lifecycle.currentTransaction());
      return task.task().id();
    } catch (TaskRejection e) {
      throw new TaskRejectedException(e);
    }
  }

  private RequestTasks requestTasks() {
    try {
      return RequestTasks.of(request, lifecycle.node());
    } catch (ContextNotActiveException | IllegalStateException e) { // by whether CDI has a context
      throw new IllegalStateException("There is no request here: use TaskQueue", e);
    }
  }
}
