package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.SettableClock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The most that each algorithm admits in any window, as its javadoc says. */
class AlgorithmTest {

  private static final long MINUTE = 60_000_000;

  @ParameterizedTest
  @CsvSource({"SLIDING_WINDOW, 5", "FIXED_WINDOW, 9", "TOKEN_BUCKET, 9"})
  void admitsAtMostTheDocumentedAmountInAnyMinute(Algorithm algorithm, long most) {
    SettableClock clock = new SettableClock();
    QuotaStore store = new LocalQuotaStore(clock, 1, 1 << 20);
    List<Charge> charges = Charges.of(Charges.policy("p", "5/minute", algorithm), "client", 1);
    SplittableRandom random = new SplittableRandom(1);
    List<Long> gaps = List.of(1L, MINUTE / 5, MINUTE - 1, MINUTE, 2 * MINUTE);
    Deque<Long> admitted = new ArrayDeque<>();
    int seen = 0;
    for (int i = 0; i < 100_000; i++) {
      clock.advanceMicros(gaps.get(random.nextInt(gaps.size())));
      for (int burst = random.nextInt(7); burst >= 0; burst--) {
        if (store.decide(charges).get(0).admits()) {
          admitted.add(clock.micros());
        }
      }
      while (!admitted.isEmpty() && admitted.peek() <= clock.micros() - MINUTE) {
        admitted.remove();
      }
      seen = Math.max(seen, admitted.size());
    }
    assertThat(seen).isEqualTo(most);
  }
}
