package dev.sluice.background;

import static dev.sluice.background.TestTasks.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nodes on one store of schedules. */
class SchedulerTest {

  private static final Duration DAY = Duration.ofDays(1);

  private final SettableClock clock = new SettableClock();
  private final Map<String, Integer> added = new HashMap<>();
  private final ScheduleStore store =
      new LocalScheduleStore(
          new ForwardingStore(new LocalTaskStore(TestTasks.settings(1, DAY), clock)) {
            @Override
            public Set<TaskId> add(List<Submission> tasks, String owner) {
              tasks.forEach(each -> added.merge(each.payload(), 1, Integer::sum));
              return Set.of();
            }
          },
          clock);

  private static Schedule schedule(String name, Timetable timetable, MissedTicks missed) {
    return new Schedule(
        name, name, timetable, missed, tick -> task(name + " " + tick, TaskOptions.defaults()));
  }

  private static Schedule every(String interval, MissedTicks missed) {
    return schedule(interval, Timetable.every(interval), missed);
  }

  private Scheduler node(Schedule... schedules) {
    return new Scheduler(List.of(schedules), store, clock);
  }

  private void pass(Scheduler node, Duration time) {
    Instant end = clock.instant().plus(time);
    while (clock.instant().isBefore(end)) {
      clock.advance(Duration.ofSeconds(1));
      node.tick();
    }
  }

  @Test
  void makesEachTickOfAHundredSchedulesOnceOnThreeNodesInTenDaysWithKillsAndClockSteps() {
    Random random = new Random(7);
    List<Schedule> schedules = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      schedules.add(every((i + 3) + " minutes", MissedTicks.RUN_ONCE));
      String cron = "%d %d * * *".formatted(random.nextInt(60), random.nextInt(24));
      schedules.add(
          schedule(i + " " + cron, Timetable.cron(cron, "Europe/Berlin"), MissedTicks.SKIP));
    }
    Scheduler[] nodes = new Scheduler[3];
    Instant begin = clock.instant();
    for (int step = 0; step < 10 * 24 * 60 * 2; step++) {
      for (int i = 0; i < 3; i++) {
        if (nodes[i] == null || random.nextInt(2_000) == 0) { // killed, and started again
          nodes[i] = new Scheduler(schedules, store, clock);
        }
        if (random.nextInt(10) > 0) {
          nodes[i].tick();
        }
      }
      clock.advance(Duration.ofSeconds(30));
      if (random.nextInt(2_000) == 0) {
        clock.setMicros(clock.micros() + (random.nextInt(40) - 20) * 1_000_000L);
      }
    }
    Map<String, Integer> expected = new HashMap<>();
    Instant end = clock.instant().minusSeconds(60);
    for (Schedule each : schedules) {
      for (Optional<Instant> tick = each.timetable().after(begin);
          tick.filter(time -> !time.isAfter(end)).isPresent();
          tick = each.timetable().after(tick.get())) {
        expected.put(each.name() + " " + tick.get(), 1);
      }
    }
    assertThat(expected).hasSizeGreaterThan(10_000);
    assertThat(added)
        .containsAllEntriesOf(expected)
        .allSatisfy((tick, n) -> assertThat(n).isEqualTo(1));
  }

  @Test
  void runsTheLatestMissedTickOnceOrNone() {
    Schedule once = every("10 minutes", MissedTicks.RUN_ONCE);
    Schedule never = every("15 minutes", MissedTicks.SKIP);
    pass(node(once, never), Duration.ofMinutes(1));
    added.clear();
    clock.advance(DAY);
    Instant latest = once.timetable().latest(clock.instant().plusSeconds(1)).orElseThrow();
    pass(node(once, never), Duration.ofSeconds(5));
    assertThat(added).isEqualTo(Map.of("10 minutes " + latest, 1));
    pass(node(once, never), Duration.ofMinutes(30));
    assertThat(added.keySet()).filteredOn(key -> key.startsWith("15 minutes")).hasSize(2);
  }

  @Test
  void listsPausesAndTriggersItsSchedules() {
    Scheduler node = node(every("10 minutes", MissedTicks.RUN_ONCE));
    assertThat(node.list()).extracting(ScheduleStatus::lastTick).containsExactly(Optional.empty());
    pass(node, Duration.ofMinutes(11));
    Instant last = Timetable.every("10 minutes").latest(clock.instant()).orElseThrow();
    ScheduleStatus status =
        new ScheduleStatus(
            "10 minutes",
            "10 minutes",
            false,
            Optional.of(last),
            Optional.of(last.plus(Duration.ofMinutes(10))));
    assertThat(node.list()).containsExactly(status);
    node.pause("10 minutes", true);
    added.clear();
    pass(node, Duration.ofMinutes(20));
    assertThat(added).isEmpty();
    assertThat(node.list()).extracting(ScheduleStatus::isPaused).containsExactly(true);
    assertThat(node.triggered("10 minutes").id()).isNotEqualTo(node.triggered("10 minutes").id());
    assertThatThrownBy(() -> node.pause("none", true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is no schedule \"none\" here");
  }
}
