package dev.sluice.ratelimit;

import dev.sluice.testing.SettableClock;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Admits never more than N in any window, and refuses nothing that fits. */
class ExactnessTest {

  /** Limits, the highest cost, and the percentage of the requests. */
  static Stream<Arguments> schedules() {
    return Stream.of(
        Arguments.of("5/minute", 1, 20),
        Arguments.of("5/minute", 3, 10),
        Arguments.of("100/hour", 1, 20),
        Arguments.of("100/hour", 40, 5),
        Arguments.of("200/hour", 30, 5),
        Arguments.of("1000/minute", 1, 15),
        Arguments.of("1000/minute", 300, 5),
        Arguments.of("100/hour; 10/second", 1, 5),
        Arguments.of("100/hour; 10/second", 4, 5),
        Arguments.of("1001/minute", 1, 3),
        Arguments.of("5000/minute", 70, 4),
        Arguments.of("20000/hour", 900, 3));
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void decidesAMillionRequestsLikeTheReference(String limits, int mostCost, int percent) {
    run(limits, mostCost, percent * 10_000);
  }

  @Tag("soak")
  @ParameterizedTest
  @MethodSource("schedules")
  void decidesTenMillionRequestsLikeTheReference(String limits, int mostCost, int percent) {
    run(limits, mostCost, percent * 100_000);
  }

  private static void run(String limits, int mostCost, int requests) {
    SettableClock clock = new SettableClock();
    new ExactnessCheck(new LocalQuotaStore(clock, 10, 1 << 20), clock, limits, requests)
        .run(requests, mostCost);
  }
}
