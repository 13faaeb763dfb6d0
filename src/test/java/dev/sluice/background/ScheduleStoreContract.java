package dev.sluice.background;

import static dev.sluice.background.TestTasks.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.background.ScheduleStore.Kept;
import dev.sluice.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every store of schedules keeps, on a clock that the test sets. */
abstract class ScheduleStoreContract {

  private static final TaskStoreSettings SETTINGS =
      new TaskStoreSettings(100, Duration.ofSeconds(30), Duration.ZERO, Duration.ZERO);

  final SettableClock clock = new SettableClock();

  abstract TaskStore tasks(TaskStoreSettings settings);

  abstract ScheduleStore store();

  final TaskStore tasks() {
    return tasks(SETTINGS);
  }

  private Schedule schedule(String definition) {
    return new Schedule(
        "org.example.Nightly",
        definition,
        Timetable.every("1 minute"),
        MissedTicks.RUN_ONCE,
        tick -> task(tick.toString(), TaskOptions.defaults()));
  }

  private final Schedule schedule = schedule("every 1 minute");

  private ScheduleStore.Reply ask(Schedule which) {
    return store().tick(which, Optional.empty(), Optional.empty());
  }

  private boolean makes(Instant tick) {
    return store()
        .tick(schedule, Optional.of(tick), Optional.of(schedule.submission().apply(tick)))
        .isNew();
  }

  private List<String> due() {
    List<Lease> leases = tasks().claim(10, "a." + clock.instant().toEpochMilli());
    Map<TaskId, String> payloads = tasks().payloads(leases);
    assertThat(leases).allSatisfy(lease -> assertThat(lease.attempt()).isEqualTo(1));
    return leases.stream().map(lease -> payloads.get(lease.id())).toList();
  }

  @Test
  void makesATickOnceAndAddsItsTaskForAnyNode() {
    Instant begin = clock.instant();
    assertThat(ask(schedule)).isEqualTo(new ScheduleStore.Reply(begin, begin, false));
    clock.advance(Duration.ofMinutes(2));
    Instant tick = begin.plusSeconds(90);
    assertThat(makes(tick)).isTrue();
    assertThat(makes(tick)).isFalse();
    assertThat(makes(tick.minusSeconds(30))).isFalse();
    assertThat(ask(schedule)).isEqualTo(new ScheduleStore.Reply(tick, clock.instant(), false));
    assertThat(due()).containsExactly(tick.toString());
  }

  @Test
  void makesNoTickBeforeItsTimeWhateverTheCallersClockSays() {
    ask(schedule);
    Instant tick = clock.instant().plusSeconds(60);
    assertThat(makes(tick)).isFalse();
    clock.advance(Duration.ofSeconds(60));
    assertThat(makes(tick)).isTrue();
  }

  @Test
  void beginsAnewWhenTheDefinitionChanges() {
    ask(schedule);
    clock.advance(Duration.ofHours(1));
    assertThat(ask(schedule("0 3 * * * UTC")).last()).isEqualTo(clock.instant());
    assertThat(makes(clock.instant().minusSeconds(60))).isFalse(); // by a node that has the old one
    assertThat(due()).isEmpty();
  }

  @Test
  void passesATickWithoutItsTask() {
    ask(schedule);
    clock.advance(Duration.ofMinutes(1));
    assertThat(store().tick(schedule, Optional.of(clock.instant()), Optional.empty()).isNew())
        .isTrue();
    assertThat(makes(clock.instant())).isFalse();
    assertThat(due()).isEmpty();
  }

  @Test
  void addsNothingWhileAScheduleIsPausedAndTellsSo() {
    String name = schedule.name();
    assertThat(store().kept(List.of(name))).isEmpty();
    ask(schedule);
    store().pause(name, true);
    clock.advance(Duration.ofMinutes(1));
    Instant passed = clock.instant();
    assertThat(makes(passed)).isTrue();
    assertThat(due()).isEmpty();
    assertThat(store().kept(Set.of(name, "org.example.Other")))
        .isEqualTo(Map.of(name, new Kept(passed, true)));
    store().pause(name, false);
    clock.advance(Duration.ofMinutes(1));
    assertThat(makes(clock.instant())).isTrue();
    assertThat(due()).containsExactly(clock.instant().toString());
    assertThat(store().kept(Set.of(name)))
        .isEqualTo(Map.of(name, new Kept(clock.instant(), false)));
  }
}
