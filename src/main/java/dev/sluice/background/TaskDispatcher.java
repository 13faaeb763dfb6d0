package dev.sluice.background;

import dev.sluice.background.TaskOptions.IfStoreDown;
import dev.sluice.execution.TrackedExecutor;
import dev.sluice.redis.RedisException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * The queues of this node: one runner for the shared queue and one for what stays here; the same
 * one where there is no Redis.
 */
final class TaskDispatcher {

  /** The name of work that is no task. */
  private static final String RUNNABLE = "a Runnable";

  private static final System.Logger LOG = System.getLogger(TaskDispatcher.class.getName());

  /** The time that tasks get to end after they were interrupted, when the node stops. */
  private static final Duration INTERRUPTED = Duration.ofSeconds(2);

  /**
   * Tasks that were added here with one call.
   *
   * @param leases those that are new, by id
   */
  record Accepted(TaskRunner runner, Map<TaskId, Lease> leases) {

    void release() {
      runner.release(List.copyOf(leases.values()));
    }

    void discard() {
      leases.values().forEach(runner::discard);
    }
  }

  private final TaskRunner shared;
  private final TaskRunner local;
  private final TrackedExecutor executor;

  TaskDispatcher(TaskRunner shared, TaskRunner local, TrackedExecutor executor) {
    this.shared = shared;
    this.local = local;
    this.executor = executor;
  }

  /**
   * Does nothing if a task has a chance of being accepted now.
   *
   * @throws TaskRejection otherwise; found out without a call
   */
  void checkOpen(IfStoreDown ifStoreDown) {
    if (!shared.isOpen() && !(ifStoreDown == IfStoreDown.LOCAL && local.isOpen())) {
      throw shared.rejection();
    }
  }

  /**
   * Does nothing if there is room for work that only this process knows of.
   *
   * @throws TaskRejection otherwise
   */
  void checkRoom() {
    if (executor.isFull()) {
      throw TaskRejection.nodeFull();
    }
  }

  /**
   * Adds these, all or none, in one call.
   *
   * @throws TaskRejection if one of them is rejected
   */
  Accepted add(List<Submission> tasks) {
    if (tasks.isEmpty()) {
      return new Accepted(shared, Map.of());
    }
    boolean mayStayHere =
        tasks.stream().allMatch(task -> task.options().ifStoreDown() == IfStoreDown.LOCAL);
    if (mayStayHere && !shared.isOpen()) {
      return new Accepted(local, local.add(tasks));
    }
    try {
      return new Accepted(shared, shared.add(tasks));
    } catch (RedisException | TaskRejection e) {
      if (mayStayHere) {
        return new Accepted(local, local.add(tasks));
      }
      throw e instanceof TaskRejection rejection ? rejection : TaskRejection.storeDown();
    }
  }

  /** See {@link TaskQueue#find}. */
  Optional<TaskStatus> find(TaskId id) {
    Optional<TaskStatus> here = local.store().find(id);
    return here.isPresent() ? here : ask(store -> store.find(id));
  }

  /** See {@link TaskQueue#cancel}. */
  void cancel(TaskId id) {
    if (local.store().find(id).isPresent()) {
      local.store().cancel(id);
    } else {
      ask(
          store -> {
            store.cancel(id);
            return id;
          });
    }
  }

  /**
   * Asks the shared store.
   *
   * @throws TaskRejection if it does not reply
   */
  <T> T ask(Function<TaskStore, T> question) {
    try {
      return question.apply(shared.store());
    } catch (RedisException e) {
      throw TaskRejection.storeDown();
    }
  }

  /** The store of the shared queue. */
  TaskStore store() {
    return shared.store();
  }

  /** See {@link TaskQueue#statistics}. */
  TaskStatistics statistics(String handler) {
    TaskStatistics statistics = shared.statistics(handler);
    return local == shared ? statistics : statistics.plus(local.statistics(handler));
  }

  /** Runs this here, soon; it was promised when there was room. */
  void run(Runnable work) {
    try {
      executor.execute(RUNNABLE, work);
    } catch (RejectedExecutionException e) {
      LOG.log(Level.WARNING, "A Runnable is lost, since this node has stopped", e);
    }
  }

  /** To be called every {@link #tickInterval}; never throws. */
  void tick() {
    shared.tick();
    if (local != shared) {
      local.tick();
    }
  }

  Duration tickInterval() {
    return shared.tickInterval();
  }

  /**
   * Stops in this order: admits nothing more and hands back what has not begun; lets what runs end
   * within {@code bound}; interrupts what still runs, so that it is handed back too; logs what did
   * not end even so.
   */
  void stop(Duration bound) {
    shared.stop();
    local.stop();
    awaitIdle(bound);
    List<String> abandoned = new ArrayList<>(executor.close());
    shared.interrupt();
    local.interrupt();
    executor.interrupt(RUNNABLE); // not what tells the store how a task ended
    awaitIdle(bound.compareTo(INTERRUPTED) < 0 ? bound : INTERRUPTED);
    abandoned.addAll(executor.running());
    if (!abandoned.isEmpty()) {
      LOG.log(Level.WARNING, "Stopping abandons what did not end in {0}: {1}", bound, abandoned);
    }
    shared.close();
    if (local != shared) {
      local.close();
    }
  }

  /** What runs keeps its lease, and its time-out, meanwhile. */
  private void awaitIdle(Duration bound) {
    Duration slice = bound.compareTo(tickInterval()) < 0 ? bound : tickInterval();
    long end = System.nanoTime() + bound.toNanos();
    while (!executor.awaitIdle(slice)
        && end - System.nanoTime() > 0
        && !Thread.currentThread().isInterrupted()) {
      tick();
    }
  }
}
