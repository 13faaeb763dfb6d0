package dev.sluice.background;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.ContextNotActiveException;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Tasks of the current request, which run after its response. They run in the order of adding, each
 * on its own: one that fails does not stop the next. If the request fails (an exception, or a
 * status of 400 or more), or the transaction that was active at the time of adding does not commit,
 * its tasks are dropped.
 *
 * <p>Inject it into a resource or a bean that it calls, and add tasks before the resource method
 * returns, also where it returns a {@code CompletionStage}. Outside requests use {@link TaskQueue}.
 */
@ApplicationScoped
public class BackgroundTasks {

  @Inject private HttpServletRequest request;
  @Inject private TaskRuntime runtime;

  /**
   * Runs a {@code Runnable} on this node after the response; it is lost with the node, and not
   * repeated if it fails.
   *
   * @throws TaskRejectedException if this node is full
   * @throws IllegalStateException if there is no request, or its response is on its way
   */
  public void run(Runnable task) {
    try {
      requestTasks().run(runtime.handlers().inRequestContext(task), runtime.currentTransaction());
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
   * request in one call: a response below 400 promises that it will run, at least once.
   *
   * @return its id
   * @throws TaskRejectedException if the store is known to be down, or the queue to be full
   * @throws IllegalArgumentException if there is no such handler, or the payload is longer than
   *     {@code sluice.tasks.max-payload-bytes} or would not reach the handler as it is
   * @throws IllegalStateException if there is no request, or its response is on its way
   */
  public <P> TaskId add(Class<? extends TaskHandler<P>> handler, P payload, TaskOptions options) {
    Submission task = runtime.submission(handler, payload, options);
    try {
      requestTasks().add(task, runtime.currentTransaction());
      return task.id();
    } catch (TaskRejection e) {
      throw new TaskRejectedException(e);
    }
  }

  private RequestTasks requestTasks() {
    try {
      return RequestTasks.of(request, runtime.dispatcher());
    } catch (ContextNotActiveException | IllegalStateException e) { // by whether CDI has a context
      throw new IllegalStateException("There is no request here: use TaskQueue", e);
    }
  }
}
