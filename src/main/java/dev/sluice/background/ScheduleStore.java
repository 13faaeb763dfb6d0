package dev.sluice.background;

import dev.sluice.redis.RedisException;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * The last tick of each schedule. Every method throws {@link RedisException} where the store is
 * Redis and Redis does not reply.
 */
interface ScheduleStore {

  /**
   * What the store says of a schedule.
   *
   * @param last its last tick; the time at which it was first seen, or changed, if it has had none
   * @param now the store's clock
   * @param isNew whether the call has made that tick
   */
  record Reply(Instant last, Instant now, boolean isNew) {}

  /** What an operator sees of a schedule. */
  record Kept(Instant last, boolean isPaused) {}

  /**
   * Makes a tick, unless it or a later one was made before, its time has not come by the store's
   * clock, or this definition was not seen last: adds its task, whatever the capacity, unless the
   * schedule is paused.
   *
   * @param task empty: only asks, or makes the tick without running it
   * @param tick its time; empty: only asks
   */
  Reply tick(Schedule schedule, Optional<Instant> tick, Optional<Submission> task);

  void pause(String schedule, boolean paused);

  /** What is kept of these schedules; one that was never seen is missing. */
  Map<String, Kept> kept(Collection<String> schedules);
}
