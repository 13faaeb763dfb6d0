package dev.sluice.background;

import java.time.Instant;
import java.util.Optional;

/**
 * A schedule of this deployment.
 *
 * @param name the name of its handler
 * @param definition a cron expression with its zone, or the time between two ticks
 * @param isPaused whether its ticks pass without a run
 * @param lastTick when it was last due; empty if it has not been yet, or was changed since
 * @param nextTick when it is next due; empty if never, or as long as no node has looked at it
 */
public record ScheduleStatus(
    String name,
    String definition,
    boolean isPaused,
    Optional<Instant> lastTick,
    Optional<Instant> nextTick) {}
