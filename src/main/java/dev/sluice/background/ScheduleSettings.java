package dev.sluice.background;

import dev.sluice.config.Settings;
import dev.sluice.config.SettingsGroup;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The operator's settings of schedules, {@code sluice.schedules.NAME.*}. */
@SettingsGroup
public record ScheduleSettings(Settings source) {

  private static final String GROUP = "schedules";
  private static final Set<String> MEMBERS = Set.of("cron", "zone", "every", "missed", "enabled");

  /**
   * Those of one schedule; an absent one leaves what the annotation declares.
   *
   * @param enabled whether it has ticks
   */
  record Overrides(
      Optional<String> cron,
      Optional<String> zone,
      Optional<String> every,
      Optional<MissedTicks> missed,
      boolean enabled) {

    boolean isEmpty() {
      return cron.isEmpty() && zone.isEmpty() && every.isEmpty() && missed.isEmpty() && enabled;
    }
  }

  public ScheduleSettings {
    source.declareNamed(GROUP, MEMBERS);
  }

  /** The names of schedules that have settings, but for those in environment variables. */
  Set<String> names() {
    return source.namesIn(GROUP);
  }

  /**
   * The settings of one schedule.
   *
   * @throws IllegalArgumentException if one of them is wrong
   */
  Overrides of(String name) {
    Settings read = source.named(GROUP, name);
    boolean hasMissed = read.optional("missed").isPresent();
    MissedTicks missed =
        read.constant("missed", MissedTicks.RUN_ONCE, EnumSet.allOf(MissedTicks.class));
    Overrides overrides =
        new Overrides(
            read.optional("cron"),
            read.optional("zone"),
            read.optional("every"),
            hasMissed ? Optional.of(missed) : Optional.empty(),
            read.flag("enabled", "true"));
    read.requireValid();
    return overrides;
  }
}
