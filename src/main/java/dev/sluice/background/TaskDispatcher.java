package dev.sluice.background;

import dev.sluice.background.TaskOptions.IfStoreDown;
import dev.sluice.execution.TrackedExecutor;
import dev.sluice.redis.RedisException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/**
 * What this node does about tasks: one runner for the shared queue and one for what stays here; the
 * same one where there is no Redis.
 */
final class TaskDispatcher {

  private static final System.Logger LOG = System.getLogger(TaskDispatcher.class.getName());

  /** A task as a request asked for it. */
  record Addition(Submission task, IfStoreDown ifStoreDown) {}

  /** A task that was added here: to be released when its response is out, or else discarded. */
  record Taken(TaskRunner runner, Lease task) {
    void release() {
      runner.release(List.of(task));
    }

    void discard() {
      runner.discard(task);
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
   * Does nothing if a task has a chance of being taken now.
   *
   * @throws TaskRejection otherwise; found out without a call
   */
  void checkOpen(IfStoreDown ifStoreDown) {
    if (!shared.isOpen() && !(ifStoreDown == IfStoreDown.LOCAL && local.isOpen())) {
      throw shared.refusal();
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
   * @return those that are new, by id
   * @throws TaskRejection if one of them is refused
   */
  Map<TaskId, Taken> add(List<Addition> additions) {
    if (additions.isEmpty()) {
      return Map.of();
    }
    boolean mayStayHere =
        additions.stream().allMatch(each -> each.ifStoreDown() == IfStoreDown.LOCAL);
    if (mayStayHere && !shared.isOpen()) {
      return add(local, additions);
    }
    try {
      return add(shared, additions);
    } catch (RedisException | TaskRejection e) {
      if (mayStayHere) {
        return add(local, additions);
      }
      throw e instanceof TaskRejection refusal ? refusal : TaskRejection.storeDown();
    }
  }

  private static Map<TaskId, Taken> add(TaskRunner runner, List<Addition> additions) {
    Map<TaskId, Taken> taken = new HashMap<>();
    for (Lease task : runner.add(additions.stream().map(Addition::task).toList())) {
      taken.put(task.claim().task().id(), new Taken(runner, task));
    }
    return taken;
  }

  /** See {@link TaskQueue#find}. */
  Optional<TaskStatus> find(TaskId id) {
    Optional<TaskStatus> here = local.find(id);
    try {
      return here.isPresent() ? here : shared.find(id);
    } catch (RedisException e) {
      throw TaskRejection.storeDown();
    }
  }

  /** Runs this here, soon; it was promised when there was room. */
  void run(Runnable work) {
    try {
      executor.execute("a Runnable", work);
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

  /** Admits nothing more, lets what runs end within {@code bound}, and logs what did not. */
  void stop(Duration bound) {
    shared.stop();
    local.stop();
    Duration slice = bound.compareTo(tickInterval()) < 0 ? bound : tickInterval();
    long end = System.nanoTime() + bound.toNanos();
    // What runs keeps its lease, and its time-out, to the end.
    while (!executor.awaitIdle(slice)
        && end - System.nanoTime() > 0
        && !Thread.currentThread().isInterrupted()) {
      tick();
    }
    List<String> abandoned = executor.close();
    if (!abandoned.isEmpty()) {
      LOG.log(Level.WARNING, "Stopping abandons what did not end in {0}: {1}", bound, abandoned);
    }
    shared.close();
    if (local != shared) {
      local.close();
    }
  }
}
