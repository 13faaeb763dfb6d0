package dev.sluice.background;

import dev.sluice.background.TaskOptions.IfStoreDown;
import dev.sluice.execution.TrackedExecutor;
import dev.sluice.redis.RedisUnavailableException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What this node does about tasks: one runner for the shared queue and one for what stays here; the
 * same one where there is no Redis.
 */
final class TaskNode {

  private static final System.Logger LOG = System.getLogger(TaskNode.class.getName());

  /** A task as a request asked for it. */
  record Addition(NewTask task, IfStoreDown ifStoreDown) {}

  private final TaskRunner shared;
  private final TaskRunner local;
  private final TrackedExecutor executor;

  TaskNode(TaskRunner shared, TaskRunner local, TrackedExecutor executor) {
    this.shared = shared;
    this.local = local;
    this.executor = executor;
  }

  /**
   * Does nothing if a task has a chance of being taken now.
   *
   * @throws TaskRefusal otherwise; found out without a call
   */
  void checkOpen(IfStoreDown ifStoreDown) {
    if (!shared.isOpen() && !(ifStoreDown == IfStoreDown.LOCAL && local.isOpen())) {
      throw shared.refusal();
    }
  }

  /**
   * Does nothing if there is room for work that only this process knows of.
   *
   * @throws TaskRefusal otherwise
   */
  void checkRoom() {
    if (executor.isFull()) {
      throw TaskRefusal.nodeFull();
    }
  }

  /**
   * Adds these, all or none, in one call.
   *
   * @return how to release each that this node holds, by id
   * @throws TaskRefusal if one of them is refused
   */
  Map<TaskId, Runnable> add(List<Addition> additions) {
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
    } catch (RedisUnavailableException e) {
      if (mayStayHere) {
        return add(local, additions);
      }
      throw TaskRefusal.storeDown();
    }
  }

  private static Map<TaskId, Runnable> add(TaskRunner runner, List<Addition> additions) {
    Map<TaskId, Runnable> releases = new LinkedHashMap<>();
    for (HeldTask task : runner.add(additions.stream().map(Addition::task).toList())) {
      releases.put(task.claim().task().id(), () -> runner.release(List.of(task)));
    }
    return releases;
  }

  /** See {@link TaskQueue#find}. */
  Optional<TaskStatus> find(TaskId id) {
    Optional<TaskStatus> here = local.find(id);
    try {
      return here.isPresent() ? here : shared.find(id);
    } catch (RedisUnavailableException e) {
      throw TaskRefusal.storeDown();
    }
  }

  /** Runs this here, soon; it was promised when there was room. */
  void run(Runnable work) {
    executor.execute("a Runnable", work);
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
    List<String> abandoned = executor.drain(bound);
    if (!abandoned.isEmpty()) {
      LOG.log(Level.WARNING, "Stopping abandons what did not end in {0}: {1}", bound, abandoned);
    }
    shared.close();
  }
}
