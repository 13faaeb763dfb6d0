package dev.sluice.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RetryScheduleTest {

  @Property
  void waitsBetweenHalfAndTheWholeOfADoublingTimeUpToItsLongest(
      @ForAll @IntRange(min = 1, max = 1000) int attempt, @ForAll long seed) {
    RetrySchedule schedule =
        new RetrySchedule(Duration.ofSeconds(1), Duration.ofMinutes(10), new Random(seed));
    long whole = (long) Math.min(1000 * Math.pow(2, attempt - 1.0), 600_000);
    assertThat(schedule.after(attempt).toMillis()).isBetween(whole / 2, whole);
  }
}
