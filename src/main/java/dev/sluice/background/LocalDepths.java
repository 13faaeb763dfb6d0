package dev.sluice.background;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Counts the tasks of a {@link LocalTaskStore}. */
final class LocalDepths {

  private LocalDepths() {}

  static TaskDepths of(Collection<LocalTask> tasks, Set<LocalTask> parked, Instant now) {
    Map<String, TaskDepths.Depth> byHandler = new TreeMap<>();
    tasks.stream()
        .filter(task -> task.isPending() || task.state == TaskStatus.State.DEAD)
        .collect(Collectors.groupingBy(task -> task.task.handler()))
        .forEach((handler, all) -> byHandler.put(handler, depth(all, parked, now)));
    List<TaskDepths.Depth> depths = List.copyOf(byHandler.values());
    return new TaskDepths(
        depths.stream().mapToLong(depth -> depth.running() + depth.due() + depth.delayed()).sum(),
        depths.stream().mapToLong(TaskDepths.Depth::due).sum(),
        depths.stream().mapToLong(TaskDepths.Depth::dead).sum(),
        depths.stream().flatMap(depth -> depth.oldestDue().stream()).max(Duration::compareTo),
        true,
        byHandler);
  }

  private static TaskDepths.Depth depth(List<LocalTask> tasks, Set<LocalTask> parked, Instant now) {
    Predicate<LocalTask> isQueued = task -> task.isPending() && !parked.contains(task);
    Predicate<LocalTask> isDue = isQueued.and(task -> !task.due.isAfter(now));
    Predicate<LocalTask> isLater = isQueued.and(isDue.negate());
    return new TaskDepths.Depth(
        count(tasks, isLater.and(LocalTask::isHeld)),
        count(tasks, isDue),
        count(tasks, isLater.and(task -> !task.isHeld())),
        count(tasks, parked::contains),
        count(tasks, task -> !task.isPending()),
        tasks.stream()
            .filter(isDue)
            .map(task -> Duration.between(task.due, now))
            .max(Duration::compareTo));
  }

  private static long count(List<LocalTask> tasks, Predicate<LocalTask> which) {
    return tasks.stream().filter(which).count();
  }
}
