package dev.sluice.background;

import dev.sluice.redis.RedisException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Makes the ticks of this deployment's schedules. All nodes do so, without a leader: the store lets
 * each tick be made once. Its owner calls {@link #tick} at least every second.
 */
final class Scheduler {

  private static final System.Logger LOG = System.getLogger(Scheduler.class.getName());

  /** How late a tick may be that is not missed. */
  private static final Duration LATE = Duration.ofMinutes(1);

  /** After this time without a call the store is asked for its clock. */
  private static final Duration ASK_AGAIN = Duration.ofMinutes(1);

  private final List<Schedule> schedules;
  private final ScheduleStore store;
  private final LongSupplier nanoTime;

  /** When the store is asked next, by its clock; none: at once. */
  private final Map<String, Instant> next = new HashMap<>();

  /** The store's clock when it was last asked, and this node's then. */
  private Instant storeTime = Instant.EPOCH;

  private OptionalLong askedAt = OptionalLong.empty();

  /**
   * @param nanoTime {@link System#nanoTime}: a step of this node's clock moves no tick
   */
  Scheduler(List<Schedule> schedules, ScheduleStore store, LongSupplier nanoTime) {
    this.schedules = schedules;
    this.store = store;
    this.nanoTime = nanoTime;
  }

  /**
   * See {@link Schedules#list}.
   *
   * @throws TaskRejection if the store does not reply
   */
  List<ScheduleStatus> list() {
    try {
      Map<String, ScheduleStore.Kept> kept =
          store.kept(schedules.stream().map(Schedule::name).toList());
      return schedules.stream()
          .map(each -> status(each, Optional.ofNullable(kept.get(each.name()))))
          .toList();
    } catch (RedisException e) {
      throw TaskRejection.storeDown();
    }
  }

  private ScheduleStatus status(Schedule schedule, Optional<ScheduleStore.Kept> kept) {
    return new ScheduleStatus(
        schedule.name(),
        schedule.definition(),
        kept.filter(ScheduleStore.Kept::isPaused).isPresent(),
        kept.map(ScheduleStore.Kept::last)
            .filter(time -> schedule.timetable().latest(time).filter(time::equals).isPresent()),
        kept.flatMap(each -> schedule.timetable().after(each.last())));
  }

  /**
   * See {@link Schedules#pause}.
   *
   * @throws TaskRejection if the store does not reply
   */
  void pause(String name, boolean paused) {
    schedule(name);
    try {
      store.pause(name, paused);
    } catch (RedisException e) {
      throw TaskRejection.storeDown();
    }
  }

  /**
   * The task of a run beside the ticks.
   *
   * @throws TaskRejection if the store does not reply
   */
  Submission triggered(String name) {
    Schedule schedule = schedule(name);
    try {
      return schedule.submission().apply(now()).withId(TaskId.random());
    } catch (RedisException e) {
      throw TaskRejection.storeDown();
    }
  }

  private Schedule schedule(String name) {
    return schedules.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("There is no schedule \"" + name + "\" here"));
  }

  /** The store's clock. */
  private synchronized Instant now() {
    if (askedAt.isEmpty() || sinceAsked().compareTo(ASK_AGAIN) >= 0) {
      learn(schedules.get(0), store.tick(schedules.get(0), Optional.empty(), Optional.empty()));
    }
    return storeTime.plus(sinceAsked());
  }

  private Duration sinceAsked() {
    return Duration.ofNanos(nanoTime.getAsLong() - askedAt.orElse(0));
  }

  /** Makes the ticks whose time has come; never throws. */
  synchronized void tick() {
    for (Schedule schedule : schedules) {
      try {
        tick(schedule);
      } catch (RedisException | TaskRejection e) {
        return; // the connection has said so, once; the next call makes the tick
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "Schedule " + schedule.name() + " failed", e);
      }
    }
  }

  private void tick(Schedule schedule) {
    Instant now = now();
    Instant expected = next.get(schedule.name());
    if (expected == null) {
      learn(schedule, store.tick(schedule, Optional.empty(), Optional.empty()));
    } else if (!now.isBefore(expected)) {
      Instant due = schedule.timetable().latest(now).orElse(expected);
      boolean isSkipped = schedule.missed() == MissedTicks.SKIP && due.plus(LATE).isBefore(now);
      Optional<Submission> task =
          isSkipped ? Optional.empty() : Optional.of(schedule.submission().apply(due));
      learn(schedule, store.tick(schedule, Optional.of(due), task));
    }
  }

  private void learn(Schedule schedule, ScheduleStore.Reply reply) {
    storeTime = reply.now();
    askedAt = OptionalLong.of(nanoTime.getAsLong());
    next.put(schedule.name(), schedule.timetable().after(reply.last()).orElse(Instant.MAX));
  }
}
