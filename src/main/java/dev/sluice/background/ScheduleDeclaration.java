package dev.sluice.background;

import java.time.Instant;
import java.util.Optional;

/**
 * When a handler runs by itself: its {@link Recurring}, changed by the operator's settings.
 *
 * @param definition its text; the schedule restarts when it changes
 */
record ScheduleDeclaration(
    HandlerDeclaration handler, String definition, Timetable timetable, MissedTicks missed) {

  /**
   * The schedule of a handler; empty if it has none, or is switched off.
   *
   * @throws IllegalArgumentException if it is wrong; the message names the place
   */
  static Optional<ScheduleDeclaration> of(
      HandlerDeclaration handler, ScheduleSettings.Overrides overrides) {
    Optional<Recurring> declared = handler.recurring();
    if (declared.isEmpty() && overrides.isEmpty()) {
      return Optional.empty();
    }
    String place =
        declared.isPresent() && overrides.isEmpty()
            ? "@Recurring on " + handler.bean().getBeanClass().getName() + ": "
            : "sluice.schedules." + handler.name() + ": ";
    try {
      return overrides.enabled() ? Optional.of(read(handler, overrides)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(place + e.getMessage(), e);
    }
  }

  /** A cron expression or an interval of the operator replaces either of the developer. */
  private static ScheduleDeclaration read(
      HandlerDeclaration handler, ScheduleSettings.Overrides overrides) {
    if (handler.payload() != Instant.class) {
      throw new IllegalArgumentException(
          "the handler's payload is %s (expected java.time.Instant, the time of the tick)"
              .formatted(handler.payload().getTypeName()));
    }
    Optional<Recurring> declared = handler.recurring();
    boolean isReplaced = overrides.cron().isPresent() || overrides.every().isPresent();
    String cron =
        overrides.cron().orElse(isReplaced ? "" : declared.map(Recurring::cron).orElse(""));
    String every =
        overrides.every().orElse(isReplaced ? "" : declared.map(Recurring::every).orElse(""));
    if (cron.isEmpty() == every.isEmpty()) {
      throw new IllegalArgumentException(
          "cron = \"" + cron + "\", every = \"" + every + "\": expected one of them");
    }
    MissedTicks missed =
        overrides.missed().or(() -> declared.map(Recurring::missed)).orElse(MissedTicks.RUN_ONCE);
    if (cron.isEmpty()) {
      return new ScheduleDeclaration(handler, "every " + every, Timetable.every(every), missed);
    }
    String zone = overrides.zone().or(() -> declared.map(Recurring::zone)).orElse("UTC");
    return new ScheduleDeclaration(handler, cron + " " + zone, Timetable.cron(cron, zone), missed);
  }
}
