package dev.sluice.background;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Tasks outside requests: in a timer, a message listener, another task; and for operators. */
@ApplicationScoped
public class TaskQueue {

  private static final int MOST_DEAD = 1_000;

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
   * @throws TaskRejectedException if the store does not reply
   */
  public Optional<TaskStatus> cancel(TaskId id) {
    return ask(
        dispatcher -> {
          dispatcher.cancel(id);
          return dispatcher.find(id);
        });
  }

  /**
   * How far a task is; empty when it was never added, or ended longer ago than the retention.
   *
   * @throws TaskRejectedException if the store does not reply
   */
  public Optional<TaskStatus> find(TaskId id) {
    return ask(dispatcher -> dispatcher.find(id));
  }

  /**
   * Lists dead tasks of the shared queue, latest first.
   *
   * @param limit how many at the most, 1 to 1,000
   * @throws IllegalArgumentException if the limit is out of range
   * @throws TaskRejectedException if the store does not reply
   */
  public List<TaskStatus> dead(int limit) {
    if (limit < 1 || limit > MOST_DEAD) {
      throw new IllegalArgumentException("limit " + limit + ": expected 1 to " + MOST_DEAD);
    }
    return ask(dispatcher -> dispatcher.ask(store -> store.dead(limit)));
  }

  /**
   * Makes dead tasks of the shared queue due again, with all their attempts.
   *
   * @return the ids of those that were dead
   * @throws TaskRejectedException if the store does not reply
   */
  public Set<TaskId> requeue(Collection<TaskId> ids) {
    return ask(dispatcher -> dispatcher.ask(store -> store.requeue(ids)));
  }

  /**
   * Forgets dead tasks of the shared queue.
   *
   * @return the ids of those that were dead
   * @throws TaskRejectedException if the store does not reply
   */
  public Set<TaskId> discard(Collection<TaskId> ids) {
    return ask(dispatcher -> dispatcher.ask(store -> store.discard(ids)));
  }

  /**
   * Makes all dead tasks of a handler due again, with all their attempts.
   *
   * @param handler its name, as {@link TaskStatus#handler} tells it
   * @return how many were dead
   * @throws TaskRejectedException if the store does not reply; some may be due then
   */
  public int requeueAll(String handler) {
    return ask(dispatcher -> dispatcher.ask(store -> store.requeueAll(handler)));
  }

  /**
   * Forgets all dead tasks of a handler.
   *
   * @param handler its name, as {@link TaskStatus#handler} tells it
   * @return how many were dead
   * @throws TaskRejectedException if the store does not reply; some may be forgotten then
   */
  public int discardAll(String handler) {
    return ask(dispatcher -> dispatcher.ask(store -> store.discardAll(handler)));
  }

  /**
   * Counts the tasks of the shared queue, in one call however many there are.
   *
   * @throws TaskRejectedException if the store does not reply
   */
  public TaskDepths depths() {
    return ask(dispatcher -> dispatcher.ask(TaskStore::depths));
  }

  /**
   * Pauses the shared queue: within a second no node begins a task any more. Those that run go on,
   * and more are accepted. It stays so until {@link #resume}, also when nodes start and stop.
   *
   * @throws TaskRejectedException if the store does not reply
   */
  public void pause() {
    pause(true);
  }

  /**
   * Lets all nodes begin tasks again, within a second.
   *
   * @throws TaskRejectedException if the store does not reply
   */
  public void resume() {
    pause(false);
  }

  private void pause(boolean paused) {
    ask(
        dispatcher ->
            dispatcher.ask(
                store -> {
                  store.pause(paused);
                  return paused;
                }));
  }

  /**
   * Whether the shared queue is paused.
   *
   * @throws TaskRejectedException if the store does not reply
   */
  public boolean isPaused() {
    return ask(dispatcher -> dispatcher.ask(store -> store.signals().isPaused()));
  }

  /** Returns the names of the handlers of this deployment. */
  public Set<String> handlers() {
    return Set.copyOf(runtime.handlers().handlers());
  }

  /** Returns the tasks of this handler on this node since it started. */
  public TaskStatistics statistics(String handler) {
    return runtime.dispatcher().statistics(handler);
  }

  private <T> T ask(Function<TaskDispatcher, T> question) {
    try {
      return question.apply(runtime.dispatcher());
    } catch (TaskRejection e) {
      throw new TaskRejectedException(e);
    }
  }
}
