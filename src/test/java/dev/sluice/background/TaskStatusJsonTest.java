package dev.sluice.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TaskStatusJsonTest {

  private static final TaskId ID = new TaskId("AAAAAAAAAAAAAAAAAAAAAA");
  private static final Instant ADDED = Instant.parse("2026-11-27T10:00:00Z");

  @Test
  void leavesOutWhatIsNotKnown() {
    TaskStatus waiting =
        new TaskStatus(
            ID,
            TaskStatus.State.PENDING,
            "mail",
            0,
            5,
            ADDED,
            Optional.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            Optional.empty());
    assertThat(TaskStatusJson.of(waiting))
        .isEqualTo(
            "{\"id\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"state\":\"pending\",\"handler\":\"mail\","
                + "\"attempts\":0,\"maxAttempts\":5,\"added\":\"2026-11-27T10:00:00Z\"}");
  }

  @Test
  void showsAllThatIsKnown() {
    TaskStatus failed =
        new TaskStatus(
            ID,
            TaskStatus.State.DEAD,
            "mail",
            5,
            5,
            ADDED,
            Optional.of(ADDED.plusSeconds(1)),
            Optional.of(ADDED.plusSeconds(2)),
            OptionalDouble.of(0.25),
            Optional.of("no \"route\""));
    assertThat(TaskStatusJson.of(failed))
        .contains(
            "\"nextAttempt\":\"2026-11-27T10:00:01Z\"",
            "\"ended\":\"2026-11-27T10:00:02Z\"",
            "\"progress\":0.25",
            "\"error\":\"no \\\"route\\\"\"");
  }
}
