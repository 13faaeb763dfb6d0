package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class LocalQuotaStoreTest extends QuotaStoreContract {

  private final LocalQuotaStore store = new LocalQuotaStore(clock, 100, 1 << 20);

  @Override
  QuotaStore store() {
    return store;
  }

  /** Repeated: a race shows only now and then. */
  @Override
  @RepeatedTest(100)
  void admitsExactlyTheAmountToConcurrentThreads() throws Exception {
    super.admitsExactlyTheAmountToConcurrentThreads();
  }

  @Test
  void forgetsTheClientThatIsIdleLongestBeyondItsCapacity() {
    admits(Charges.of("1/hour", "first", 1));
    for (int i = 0; i < 99; i++) {
      admits(Charges.of("1/hour", "client " + i, 1));
    }
    assertThat(admits(Charges.of("1/hour", "first", 1))).isFalse();
    admits(Charges.of("1/hour", "one more", 1));
    assertThat(store.size()).isEqualTo(100);
    assertThat(admits(Charges.of("1/hour", "first", 1))).isFalse();
    assertThat(admits(Charges.of("1/hour", "client 0", 1))).isTrue();
  }

  @Test
  void forgetsEarlierWhenWindowsTakeMuchMemory() {
    for (int i = 0; i < 100; i++) {
      admits(Charges.of("1000/hour", "client " + i, 1000));
    }
    assertThat(store.size()).isBetween(10, 90);
  }
}
