package dev.sluice.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.background.ScheduleSettings.Overrides;
import jakarta.enterprise.inject.spi.Bean;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScheduleDeclarationTest {

  private static final Overrides NONE = overrides("", "", true);

  @Recurring(cron = "0 3 * * *", zone = "Europe/Berlin", missed = MissedTicks.SKIP)
  private static final class Nightly {}

  @Recurring(cron = "0 3 * * *", every = "5 minutes")
  private static final class Both {}

  @Recurring(every = "5 fortnights")
  private static final class Wrong {}

  private static final class Plain {}

  private static Overrides overrides(String cron, String every, boolean enabled) {
    return new Overrides(
        Optional.of(cron).filter(text -> !text.isEmpty()),
        Optional.empty(),
        Optional.of(every).filter(text -> !text.isEmpty()),
        Optional.empty(),
        enabled);
  }

  private static Optional<ScheduleDeclaration> read(
      Class<?> handler, Type payload, Overrides overrides) {
    Bean<?> bean =
        (Bean<?>)
            Proxy.newProxyInstance(
                ScheduleDeclarationTest.class.getClassLoader(),
                new Class<?>[] {Bean.class},
                (proxy, method, arguments) -> handler);
    return ScheduleDeclaration.of(
        new HandlerDeclaration(
            bean,
            payload,
            payload,
            List.of("job"),
            Optional.empty(),
            Optional.ofNullable(handler.getAnnotation(Recurring.class)),
            Optional.empty()),
        overrides);
  }

  @Test
  void takesTheScheduleFromTheAnnotation() {
    ScheduleDeclaration nightly = read(Nightly.class, Instant.class, NONE).orElseThrow();
    assertThat(nightly.definition()).isEqualTo("0 3 * * * Europe/Berlin");
    assertThat(nightly.missed()).isEqualTo(MissedTicks.SKIP);
    assertThat(nightly.timetable().after(Instant.parse("2026-11-27T12:00:00Z")))
        .contains(Instant.parse("2026-11-28T02:00:00Z"));
    assertThat(read(Plain.class, String.class, NONE)).isEmpty();
  }

  @Test
  void letsAnOperatorChangeAddAndSwitchOffASchedule() {
    assertThat(read(Nightly.class, Instant.class, overrides("", "1 hour", true)))
        .map(ScheduleDeclaration::definition)
        .contains("every 1 hour");
    assertThat(read(Plain.class, Instant.class, overrides("5 4 * * *", "", true)))
        .map(ScheduleDeclaration::definition)
        .contains("5 4 * * * UTC");
    assertThat(read(Nightly.class, Instant.class, overrides("", "", false))).isEmpty();
  }

  @Test
  void namesTheMistakeAndItsPlace() {
    assertThatThrownBy(() -> read(Nightly.class, String.class, NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "@Recurring on "
                + Nightly.class.getName()
                + ": the handler's payload is java.lang.String"
                + " (expected java.time.Instant, the time of the tick)");
    assertThatThrownBy(() -> read(Both.class, Instant.class, NONE))
        .hasMessageEndingWith(
            ": cron = \"0 3 * * *\", every = \"5 minutes\": expected one of them");
    assertThatThrownBy(() -> read(Wrong.class, Instant.class, NONE))
        .hasMessageContaining("\"5 fortnights\" is not a time between ticks");
    assertThatThrownBy(() -> read(Plain.class, Instant.class, overrides("noon", "", true)))
        .hasMessageStartingWith("sluice.schedules.job: \"noon\" is not a cron expression");
  }
}
