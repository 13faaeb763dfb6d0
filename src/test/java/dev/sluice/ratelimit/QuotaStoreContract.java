package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.SettableClock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds of every store, on a clock that the test sets. */
abstract class QuotaStoreContract {

  static final long SECOND = 1_000_000;
  static final long MINUTE = 60 * SECOND;

  final SettableClock clock = new SettableClock();

  abstract QuotaStore store();

  boolean admits(List<Charge> quotas) {
    return store().decide(quotas).stream().allMatch(QuotaState::admits);
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void admitsWhatTheLimitSaysAndNoMore(Algorithm algorithm) {
    List<Charge> quotas = Charges.of(Charges.policy("p", "5/minute", algorithm), "c", 1);
    for (int left = 4; left >= 0; left--) {
      QuotaState state = store().decide(quotas).get(0);
      assertThat(state.admits()).isTrue();
      assertThat(state.remaining()).isEqualTo(left);
    }
    QuotaState refused = store().decide(quotas).get(0);
    assertThat(refused.admits()).isFalse();
    assertThat(refused.remaining()).isZero();
    assertThat(refused.retryMicros())
        .isEqualTo(algorithm == Algorithm.TOKEN_BUCKET ? 12 * SECOND : MINUTE);
    assertThat(refused.resetMicros()).isEqualTo(refused.retryMicros());
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void admitsAgainAtTheMomentItNamedAndNotBefore(Algorithm algorithm) {
    for (String limit : List.of("1/second", "5/minute", "100/hour", "2000/minute")) {
      List<Charge> quotas = Charges.of(Charges.policy("p", limit, algorithm), "c", 1);
      while (admits(quotas)) {
        clock.advanceMicros(7);
      }
      long retry = store().decide(quotas).get(0).retryMicros();
      clock.advanceMicros(retry - 1);
      assertThat(admits(quotas)).as(limit).isFalse();
      clock.advanceMicros(1);
      assertThat(admits(quotas)).as(limit).isTrue();
    }
  }

  @Test
  void tellsClientsApart() {
    assertThat(admits(Charges.of("1/minute", "a", 1))).isTrue();
    assertThat(admits(Charges.of("1/minute", "b", 1))).isTrue();
    assertThat(admits(Charges.of("1/minute", "a", 1))).isFalse();
  }

  @Test
  void chargesNothingWhenOneOfTwoLimitsRefuses() {
    List<Charge> both = Charges.of("100/hour; 1/second");
    assertThat(admits(both)).isTrue();
    for (int i = 0; i < 10; i++) {
      assertThat(admits(both)).isFalse();
    }
    clock.advanceMicros(SECOND);
    assertThat(store().decide(both).get(0).remaining()).isEqualTo(98);
  }

  @Test
  void admitsExactlyAsMuchToManyThreadsAtOnce() throws Exception {
    QuotaStore store = store();
    List<Charge> quotas = Charges.of("1000/minute; 3000/hour");
    LongAdder admitted = new LongAdder();
    ExecutorService threads = Executors.newFixedThreadPool(16);
    CyclicBarrier start = new CyclicBarrier(16);
    List<Future<?>> all = new ArrayList<>();
    for (int thread = 0; thread < 16; thread++) {
      all.add(
          threads.submit(
              () -> {
                start.await();
                for (int i = 0; i < 100; i++) {
                  if (store.decide(quotas).stream().allMatch(QuotaState::admits)) {
                    admitted.increment();
                  }
                }
                return null;
              }));
    }
    for (Future<?> one : all) {
      one.get();
    }
    threads.shutdown();
    assertThat(admitted.sum()).isEqualTo(1000);
    assertThat(store.peek(quotas).get(1).remaining()).isEqualTo(2000);
  }

  @Test
  void lettingShadowLimitsRefuseDoesNotRefuse() {
    List<Charge> quotas = new ArrayList<>(Charges.of("2/minute"));
    quotas.addAll(Charges.of(Charges.shadow("shadow", "1/minute"), "client", 1));
    assertThat(store().decide(quotas)).allMatch(QuotaState::admits);
    List<QuotaState> second = store().decide(quotas);
    assertThat(second.get(0).admits()).isTrue();
    assertThat(second.get(0).remaining()).isZero();
    assertThat(second.get(1).admits()).isFalse();
    assertThat(store().decide(quotas).get(0).admits()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void chargesCostsAboveOne(Algorithm algorithm) {
    for (String limit : List.of("10/minute", "100/minute", "5000/minute")) {
      long amount = Limit.parse(limit).get(0).amount();
      RateLimitPolicy policy = Charges.policy("p", limit, algorithm);
      int cost = (int) amount * 2 / 5;
      assertThat(admits(Charges.of(policy, "c", cost))).isTrue();
      assertThat(admits(Charges.of(policy, "c", cost))).isTrue();
      assertThat(admits(Charges.of(policy, "c", cost))).isFalse();
      assertThat(store().decide(Charges.of(policy, "c", cost / 2)).get(0).remaining()).isZero();
    }
  }

  @Test
  void peeksWithoutCharging() {
    List<Charge> quotas = Charges.of("1/minute");
    assertThat(store().peek(quotas).get(0)).isEqualTo(new QuotaState(1, 0, 0));
    assertThat(admits(quotas)).isTrue();
    clock.advanceMicros(SECOND);
    assertThat(store().peek(quotas).get(0)).isEqualTo(new QuotaState(0, 59 * SECOND, 59 * SECOND));
  }

  @Test
  void forgetsOnReset() {
    List<Charge> quotas = Charges.of("1/minute; 2/hour");
    assertThat(admits(quotas)).isTrue();
    store().reset(quotas);
    assertThat(admits(quotas)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void refusesAlwaysWhatNeverFits(Algorithm algorithm) {
    for (String limit : List.of("5/minute", "100/minute", "2000/minute")) {
      RateLimitPolicy policy = Charges.policy("p", limit, algorithm);
      QuotaState state = store().decide(Charges.of(policy, "c", Integer.MAX_VALUE)).get(0);
      assertThat(state.admits()).isFalse();
      assertThat(state.remaining()).isEqualTo(policy.limits().get(0).amount());
    }
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void countsTheLargestLimits(Algorithm algorithm) {
    for (String limit : List.of("1000000000000/second", "1000000000000/100 years")) {
      RateLimitPolicy policy = Charges.policy("p", limit, algorithm);
      long most = policy.limits().get(0).amount();
      List<Charge> quotas = Charges.of(policy, "c", 2_000_000_000);
      for (long left = most - 2_000_000_000; left >= 0; left -= 2_000_000_000) {
        assertThat(store().decide(quotas).get(0).remaining()).isEqualTo(left);
      }
      QuotaState refused = store().decide(quotas).get(0);
      assertThat(refused.admits()).isFalse();
      long period = policy.limits().get(0).periodMicros();
      assertThat(refused.retryMicros()).isBetween(period / 1000, period + period / 1000);
    }
  }

  /** What has come back may count again for that moment, but never twice. */
  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void keepsToTheLimitWhenTheClockStepsBackByLessThanASecond(Algorithm algorithm) {
    SplittableRandom random = new SplittableRandom(3);
    for (String limit : List.of("25/minute", "100/minute", "2000/minute")) {
      RateLimitPolicy policy = Charges.policy("p", limit, algorithm);
      long amount = policy.limits().get(0).amount();
      List<Charge> quotas = Charges.of(policy, "c", (int) amount / 25);
      for (int i = 0; i < 300; i++) {
        clock.advanceMicros(i % 2 == 0 ? random.nextLong(3 * SECOND) : -random.nextLong(SECOND));
        QuotaState state = store().decide(quotas).get(0);
        assertThat(state.remaining()).as("%s at step %s", limit, i).isBetween(0L, amount);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void startsAnewWhenTheClockStepsBackByMoreThanASecond(Algorithm algorithm) {
    for (String limit : List.of("5/minute", "100/minute", "2000/minute")) {
      List<Charge> quotas = Charges.of(Charges.policy("p", limit, algorithm), "c", 1);
      while (admits(quotas)) {
        clock.advanceMicros(1);
      }
      clock.advanceMicros(-SECOND / 2);
      assertThat(admits(quotas)).as(limit).isFalse();
      clock.advanceMicros(-2 * SECOND);
      assertThat(admits(quotas)).as(limit).isTrue();
    }
  }
}
