package dev.sluice.background;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The schedules of this process: they begin with it. */
final class LocalScheduleStore implements ScheduleStore {

  private record Last(Instant tick, String definition) {}

  private final TaskStore tasks;
  private final InstantSource clock;
  private final Map<String, Last> last = new HashMap<>();
  private final Set<String> paused = new HashSet<>();

  LocalScheduleStore(TaskStore tasks, InstantSource clock) {
    this.tasks = tasks;
    this.clock = clock;
  }

  @Override
  public synchronized Reply tick(
      Schedule schedule, Optional<Instant> tick, Optional<Submission> task) {
    Instant now = clock.instant();
    Last kept = last.get(schedule.name());
    if (kept == null || !kept.definition().equals(schedule.definition())) {
      last.put(schedule.name(), new Last(now, schedule.definition()));
      return new Reply(now, now, false);
    }
    if (tick.filter(time -> time.isAfter(kept.tick()) && !time.isAfter(now)).isEmpty()) {
      return new Reply(kept.tick(), now, false);
    }
    if (!paused.contains(schedule.name())) {
      task.ifPresent(this::add);
    }
    last.put(schedule.name(), new Last(tick.get(), schedule.definition()));
    return new Reply(tick.get(), now, true);
  }

  /**
   * It waits for any thread, as one that was handed back.
   *
   * @throws TaskRejection if the queue is full
   */
  private void add(Submission task) {
    String owner = "tick";
    if (!tasks.add(List.of(task), owner).isEmpty()) {
      Lease lease = task.lease(owner);
      tasks.settle(List.of(new Completion(lease, new Completion.HandBack(Duration.ZERO))));
    }
  }

  @Override
  public synchronized void pause(String schedule, boolean isPaused) {
    if (isPaused) {
      paused.add(schedule);
    } else {
      paused.remove(schedule);
    }
  }

  @Override
  public synchronized Map<String, Kept> kept(Collection<String> schedules) {
    Map<String, Kept> found = new HashMap<>();
    for (String name : schedules) {
      Last kept = last.get(name);
      if (kept != null) {
        found.put(name, new Kept(kept.tick(), paused.contains(name)));
      }
    }
    return found;
  }
}
