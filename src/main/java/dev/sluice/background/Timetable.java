package dev.sluice.background;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ticks of a schedule. */
interface Timetable {

  Pattern EVERY = Pattern.compile("([1-9]\\d{0,8}) (second|minute|hour|day)s?");

  /** The first tick after this time; empty if there is none any more. */
  Optional<Instant> after(Instant time);

  /** The last tick at this time or before it; empty if there was none. */
  Optional<Instant> latest(Instant time);

  /**
   * Reads a cron expression.
   *
   * @throws IllegalArgumentException if it is none, or the zone is not known
   */
  static Timetable cron(String expression, String zone) {
    ZoneId place;
    try {
      place = ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "\"" + zone + "\" is not a zone (expected e.g. Europe/Berlin)", e);
    }
    Cron cron;
    try {
      cron =
          new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
              .parse(expression)
              .validate();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"%s\" is not a cron expression (expected e.g. 0 3 * * *): %s"
              .formatted(expression, e.getMessage()),
          e);
    }
    ExecutionTime times = ExecutionTime.forCron(cron);
    return new Timetable() {
      @Override
      public Optional<Instant> after(Instant time) {
        return times.nextExecution(time.atZone(place)).map(next -> next.toInstant());
      }

      @Override
      public Optional<Instant> latest(Instant time) {
        return times.lastExecution(time.plusMillis(1).atZone(place)).map(last -> last.toInstant());
      }
    };
  }

  /**
   * Reads the time between two ticks.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Timetable every(String text) {
    Matcher matcher = EVERY.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a time between ticks (expected e.g. 5 minutes)");
    }
    ChronoUnit unit = ChronoUnit.valueOf(matcher.group(2).toUpperCase(Locale.ROOT) + "S");
    long step = unit.getDuration().multipliedBy(Long.parseLong(matcher.group(1))).toMillis();
    return new Timetable() {
      @Override
      public Optional<Instant> after(Instant time) {
        return Optional.of(
            Instant.ofEpochMilli((Math.floorDiv(time.toEpochMilli(), step) + 1) * step));
      }

      @Override
      public Optional<Instant> latest(Instant time) {
        return Optional.of(Instant.ofEpochMilli(Math.floorDiv(time.toEpochMilli(), step) * step));
      }
    };
  }
}
