package dev.sluice.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimetableTest {

  private static List<String> ticks(Timetable timetable, String after, int count) {
    List<String> ticks = new ArrayList<>();
    Instant time = Instant.parse(after);
    for (int i = 0; i < count; i++) {
      time = timetable.after(time).orElseThrow();
      assertThat(timetable.latest(time)).contains(time);
      assertThat(timetable.latest(time.plusMillis(999))).contains(time);
      ticks.add(time.toString());
    }
    return ticks;
  }

  @Test
  void followsACronExpressionInItsZone() {
    assertThat(ticks(Timetable.cron("0 3 * * 1-5", "Europe/Berlin"), "2026-11-26T12:00:00Z", 3))
        .containsExactly("2026-11-27T02:00:00Z", "2026-11-30T02:00:00Z", "2026-12-01T02:00:00Z");
  }

  @Test
  void hasNoTickAtATimeThatDaylightSavingSkips() {
    assertThat(ticks(Timetable.cron("30 2 * * *", "Europe/Berlin"), "2026-03-28T12:00:00Z", 2))
        .containsExactly("2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z");
  }

  @Test
  void hasOneTickAtATimeThatDaylightSavingRepeats() {
    assertThat(ticks(Timetable.cron("30 2 * * *", "Europe/Berlin"), "2026-10-24T12:00:00Z", 2))
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
  }

  @Test
  void countsIntervalsFromTheEpochSoThatAllNodesAgree() {
    assertThat(ticks(Timetable.every("5 minutes"), "2026-11-27T10:02:30.5Z", 2))
        .containsExactly("2026-11-27T10:05:00Z", "2026-11-27T10:10:00Z");
    assertThat(ticks(Timetable.every("1 day"), "2026-11-27T00:00:00Z", 1))
        .containsExactly("2026-11-28T00:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "5", "0 minutes", "5 fortnights", "-1 second", "1.5 hours", "5minutes"})
  void rejectsWhatIsNoInterval(String text) {
    assertThatThrownBy(() -> Timetable.every(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"" + text + "\" is not a time between ticks (expected e.g. 5 minutes)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "* * * *", "60 * * * *", "0 0 3 * * *", "noon"})
  void rejectsWhatIsNoCronExpression(String text) {
    assertThatThrownBy(() -> Timetable.cron(text, "UTC"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "\"" + text + "\" is not a cron expression (expected e.g. 0 3 * * *): ");
  }

  @Test
  void rejectsAnUnknownZone() {
    assertThatThrownBy(() -> Timetable.cron("0 3 * * *", "Europe/Berlln"))
        .hasMessage("\"Europe/Berlln\" is not a zone (expected e.g. Europe/Berlin)");
  }
}
