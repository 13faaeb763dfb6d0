package dev.sluice.background;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class TaskOptionsTest {

  private static final TaskOptions DEFAULTS = TaskOptions.defaults();

  @Test
  void rejectsWhatIsOutOfRangeAndNamesIt() {
    assertThatThrownBy(() -> DEFAULTS.withDelay(Duration.ofMillis(-1)))
        .hasMessage("delay PT-0.001S: expected 0 to 36,500 days");
    assertThatThrownBy(() -> DEFAULTS.withDelay(ChronoUnit.FOREVER.getDuration()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DEFAULTS.withMaxAttempts(0))
        .hasMessage("maxAttempts 0: expected 1 or more");
    assertThatThrownBy(() -> DEFAULTS.withTimeout(Duration.ofNanos(999_999)))
        .hasMessage("timeout PT0.000999999S: expected 1 ms to 36,500 days");
    assertThatThrownBy(() -> DEFAULTS.withTimeout(ChronoUnit.FOREVER.getDuration()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void convertsTheLongestDurationsToNanoseconds() {
    Duration longest = Duration.ofDays(36_500);
    assertThatNoException()
        .isThrownBy(
            () -> {
              DEFAULTS.withDelay(longest).withTimeout(longest);
              longest.toNanos();
            });
  }
}
