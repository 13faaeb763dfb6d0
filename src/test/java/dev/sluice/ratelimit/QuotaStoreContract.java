package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ratelimit.QuotaStore.Mode;
import dev.sluice.ratelimit.QuotaStore.Reply;
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

/** The contract of every quota store, on a clock that the test sets. */
abstract class QuotaStoreContract {

  static final long SECOND = 1_000_000;
  static final long MINUTE = 60 * SECOND;

  final SettableClock clock = new SettableClock();

  abstract QuotaStore store();

  boolean admits(List<Charge> charges) {
    return store().decide(charges).stream().allMatch(WindowState::admits);
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void admitsTheAmountAndNoMore(Algorithm algorithm) {
    List<Charge> charges = Charges.of(Charges.policy("p", "5/minute", algorithm), "c", 1);
    for (int left = 4; left >= 0; left--) {
      WindowState state = store().decide(charges).get(0);
      assertThat(state.admits()).isTrue();
      assertThat(state.remaining()).isEqualTo(left);
    }
    WindowState refused = store().decide(charges).get(0);
    assertThat(refused.admits()).isFalse();
    assertThat(refused.remaining()).isZero();
    assertThat(Charges.micros(refused.retry()))
        .isEqualTo(algorithm == Algorithm.TOKEN_BUCKET ? 12 * SECOND : MINUTE);
    assertThat(Charges.micros(refused.reset())).isEqualTo(Charges.micros(refused.retry()));
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void admitsAgainWhenRetryHasPassedAndNotBefore(Algorithm algorithm) {
    for (String limit : List.of("1/second", "5/minute", "100/hour", "2000/minute")) {
      List<Charge> charges = Charges.of(Charges.policy(limit, limit, algorithm), "c", 1);
      while (admits(charges)) {
        clock.advanceMicros(7);
      }
      long retry = Charges.micros(store().decide(charges).get(0).retry());
      clock.advanceMicros(retry - 1);
      assertThat(admits(charges)).as(limit).isFalse();
      clock.advanceMicros(1);
      assertThat(admits(charges)).as(limit).isTrue();
    }
  }

  @Test
  void countsEachClientByItself() {
    assertThat(admits(Charges.of("1/minute", "a", 1))).isTrue();
    assertThat(admits(Charges.of("1/minute", "b", 1))).isTrue();
    assertThat(admits(Charges.of("1/minute", "a", 1))).isFalse();
  }

  @Test
  void chargesNoLimitWhenOneRefuses() {
    List<Charge> both = Charges.of("100/hour; 1/second");
    assertThat(admits(both)).isTrue();
    for (int i = 0; i < 10; i++) {
      assertThat(admits(both)).isFalse();
    }
    clock.advanceMicros(SECOND);
    assertThat(store().decide(both).get(0).remaining()).isEqualTo(98);
  }

  @Test
  void admitsExactlyTheAmountToConcurrentThreads() throws Exception {
    QuotaStore store = store();
    List<Charge> charges = Charges.of("1000/minute; 3000/hour");
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
                  if (store.decide(charges).stream().allMatch(WindowState::admits)) {
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
    assertThat(store.peek(charges).get(1).remaining()).isEqualTo(2000);
  }

  @Test
  void admitsWhatOnlyAShadowLimitRefuses() {
    List<Charge> charges = new ArrayList<>(Charges.of("2/minute"));
    charges.addAll(Charges.of(Charges.shadow("shadow", "1/minute"), "client", 1));
    assertThat(store().decide(charges)).allMatch(WindowState::admits);
    List<WindowState> second = store().decide(charges);
    assertThat(second.get(0).admits()).isTrue();
    assertThat(second.get(0).remaining()).isZero();
    assertThat(second.get(1).admits()).isFalse();
    assertThat(store().decide(charges).get(0).admits()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void chargesCostsAboveOne(Algorithm algorithm) {
    for (String limit : List.of("10/minute", "200/minute", "5000/minute")) {
      long amount = Limit.parse(limit).get(0).amount();
      RateLimitPolicy policy = Charges.policy(limit, limit, algorithm);
      int cost = (int) amount * 2 / 5;
      assertThat(admits(Charges.of(policy, "c", cost))).isTrue();
      assertThat(admits(Charges.of(policy, "c", cost))).isTrue();
      assertThat(admits(Charges.of(policy, "c", cost))).isFalse();
      assertThat(store().decide(Charges.of(policy, "c", cost / 2)).get(0).remaining()).isZero();
    }
  }

  @Test
  void peeksWithoutCharging() {
    List<Charge> charges = Charges.of("1/minute");
    assertThat(store().peek(charges).get(0))
        .isEqualTo(WindowState.ofMicros(charges.get(0), 1, 0, 0));
    assertThat(admits(charges)).isTrue();
    clock.advanceMicros(SECOND);
    assertThat(store().peek(charges).get(0))
        .isEqualTo(WindowState.ofMicros(charges.get(0), 0, 59 * SECOND, 59 * SECOND));
  }

  @Test
  void startsFromZeroAfterReset() {
    List<Charge> charges = Charges.of("1/minute; 2/hour");
    assertThat(admits(charges)).isTrue();
    store().reset(charges);
    assertThat(admits(charges)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void refusesACostAboveTheLimit(Algorithm algorithm) {
    for (String limit : List.of("5/minute", "200/minute", "2000/minute")) {
      RateLimitPolicy policy = Charges.policy(limit, limit, algorithm);
      WindowState state = store().decide(Charges.of(policy, "c", Integer.MAX_VALUE)).get(0);
      assertThat(state.admits()).isFalse();
      assertThat(state.remaining()).isEqualTo(policy.limits().get(0).amount());
    }
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void countsTheLargestLimits(Algorithm algorithm) {
    for (String limit : List.of("1000000000000/second", "1000000000000/100 years")) {
      RateLimitPolicy policy = Charges.policy(limit, limit, algorithm);
      long most = policy.limits().get(0).amount();
      List<Charge> charges = Charges.of(policy, "c", 2_000_000_000);
      for (long left = most - 2_000_000_000; left >= 0; left -= 2_000_000_000) {
        assertThat(store().decide(charges).get(0).remaining()).isEqualTo(left);
      }
      WindowState refused = store().decide(charges).get(0);
      assertThat(refused.admits()).isFalse();
      long period = policy.quotas().get(0).counting().periodMicros();
      assertThat(Charges.micros(refused.retry())).isBetween(period / 1000, period + period / 1000);
    }
  }

  /** Quota that has returned may be missing again for that second, but never twice. */
  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void keepsToTheLimitWhenTheClockStepsBackByLessThanASecond(Algorithm algorithm) {
    SplittableRandom random = new SplittableRandom(3);
    for (String limit : List.of("25/minute", "200/minute", "2000/minute")) {
      RateLimitPolicy policy = Charges.policy(limit, limit, algorithm);
      long amount = policy.limits().get(0).amount();
      List<Charge> charges = Charges.of(policy, "c", (int) amount / 25);
      for (int i = 0; i < 300; i++) {
        clock.advanceMicros(i % 2 == 0 ? random.nextLong(3 * SECOND) : -random.nextLong(SECOND));
        WindowState state = store().decide(charges).get(0);
        assertThat(state.remaining()).as("%s at step %s", limit, i).isBetween(0L, amount);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void startsFromZeroWhenTheClockStepsBackByMoreThanASecond(Algorithm algorithm) {
    for (String limit : List.of("5/minute", "200/minute", "2000/minute")) {
      List<Charge> charges = Charges.of(Charges.policy(limit, limit, algorithm), "c", 1);
      while (admits(charges)) {
        clock.advanceMicros(1);
      }
      clock.advanceMicros(-SECOND / 2);
      assertThat(admits(charges)).as(limit).isFalse();
      clock.advanceMicros(-2 * SECOND);
      assertThat(admits(charges)).as(limit).isTrue();
    }
  }

  /** From each layout of the Redis value to each other, and back. */
  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void keepsTheCountWhenTheAmountChanges(Algorithm algorithm) {
    List<Long> amounts = List.of(5L, 60L, 128L, 129L, 700L, 1000L, 1001L, 5000L);
    for (long before : amounts) {
      for (long after : amounts) {
        String name = algorithm + " from " + before + " to " + after;
        List<Charge> old = Charges.of(sameWindow(name, before, algorithm), "c", 1);
        for (int i = 0; i < 4; i++) {
          assertThat(admits(old)).as(name).isTrue();
        }
        List<Charge> changed = Charges.of(sameWindow(name, after, algorithm), "c", 1);
        assertThat(store().peek(changed).get(0).remaining()).as(name).isEqualTo(after - 4);
        assertThat(store().decide(changed).get(0).remaining()).as(name).isEqualTo(after - 5);
        assertThat(store().peek(old).get(0).remaining()).as(name).isEqualTo(before - 5);
      }
    }
  }

  @Test
  void refusesUntilEnoughHasReturnedWhenTheAmountIsLowered() {
    List<Charge> hundred = Charges.of(sameWindow("p", 100, Algorithm.SLIDING_WINDOW), "c", 1);
    for (int i = 0; i < 50; i++) {
      assertThat(admits(hundred)).isTrue();
      clock.advanceMicros(1);
    }
    List<Charge> five = Charges.of(sameWindow("p", 5, Algorithm.SLIDING_WINDOW), "c", 1);
    WindowState refused = store().decide(five).get(0);
    assertThat(refused.remaining()).isZero();
    assertThat(Charges.micros(refused.retry())).isEqualTo(MINUTE - 50 + 45);
    clock.advanceMicros(MINUTE - 50 + 45);
    assertThat(admits(five)).isTrue();
    assertThat(admits(five)).isFalse();
  }

  private static RateLimitPolicy sameWindow(String name, long amount, Algorithm algorithm) {
    return Charges.policy(name, amount + "/minute", algorithm);
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void admitsAgainAfterARefund(Algorithm algorithm) {
    for (String limit : List.of("5/minute", "200/minute", "2000/minute")) {
      int amount = (int) Limit.parse(limit).get(0).amount();
      List<Charge> all = Charges.of(Charges.policy(limit, limit, algorithm), "c", amount);
      List<Charge> half = Charges.of(Charges.policy(limit, limit, algorithm), "c", amount / 2);
      Reply reply = store().run(all, Mode.CHARGE);
      assertThat(admits(half)).as(limit).isFalse();
      store().refund(half, reply.receipt());
      assertThat(store().peek(half).get(0).remaining()).as(limit).isEqualTo(amount / 2);
      assertThat(admits(half)).as(limit).isTrue();
      assertThat(store().peek(half).get(0).remaining()).as(limit).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void ignoresARefundToAWindowThatIsEmpty(Algorithm algorithm) {
    for (String limit : List.of("5/minute", "200/minute", "2000/minute")) {
      List<Charge> charges = Charges.of(Charges.policy(limit, limit, algorithm), "c", 1);
      Reply reply = store().run(charges, Mode.CHARGE);
      clock.advanceMicros(2 * MINUTE);
      store().refund(charges, reply.receipt());
      assertThat(store().peek(charges).get(0).remaining())
          .isEqualTo(Limit.parse(limit).get(0).amount());
    }
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void countsAForcedChargeAsFarAsTheLimit(Algorithm algorithm) {
    for (String limit : List.of("5/minute", "200/minute", "2000/minute")) {
      List<Charge> one = Charges.of(Charges.policy(limit, limit, algorithm), "c", 1);
      List<Charge> many = Charges.of(Charges.policy(limit, limit, algorithm), "c", 5000);
      admits(one);
      clock.advanceMicros(SECOND);
      assertThat(store().run(many, Mode.FORCE).states().get(0).remaining()).as(limit).isZero();
      assertThat(store().run(many, Mode.FORCE).states().get(0).remaining()).as(limit).isZero();
      assertThat(admits(one)).as(limit).isFalse();
      clock.advanceMicros(MINUTE + MINUTE / 1000);
      assertThat(admits(one)).as(limit).isTrue();
    }
  }

  private static List<Charge> concurrentOf(List<Charge> charges) {
    return charges.stream().filter(charge -> charge.counting().isConcurrent()).toList();
  }

  @Test
  void admitsOnlySoManyRequestsAtTheSameTime() {
    List<Charge> charges = Charges.of("3 concurrent; 100/minute", "c", 7);
    List<Reply> running = new ArrayList<>();
    for (long left = 2; left >= 0; left--) {
      running.add(store().run(charges, Mode.CHARGE));
      assertThat(running.get(running.size() - 1).states().get(0).remaining()).isEqualTo(left);
      assertThat(running.get(running.size() - 1).states()).allMatch(WindowState::admits);
    }
    WindowState refused = store().decide(charges).get(0);
    assertThat(Charges.micros(refused.retry())).isEqualTo(SECOND);
    assertThat(refused.reset()).isZero();
    for (int i = 0; i < 2; i++) { // ended twice, it frees one place
      store().refund(concurrentOf(charges), running.get(1).receipt());
    }
    assertThat(store().peek(charges).get(0).remaining()).isEqualTo(1);
    assertThat(admits(charges)).isTrue();
    assertThat(admits(charges)).isFalse();
    assertThat(store().peek(charges).get(1).remaining()).isEqualTo(100 - 4 * 7);
    assertThat(admits(Charges.of("3 concurrent; 100/minute", "other", 1))).isTrue();
  }

  @Test
  void countsNoRequestAsRunningThatAnotherLimitRefuses() {
    List<Charge> charges = Charges.of("5 concurrent; 1/minute");
    assertThat(admits(charges)).isTrue();
    assertThat(admits(charges)).isFalse();
    assertThat(store().peek(charges).get(0).remaining()).isEqualTo(4);
  }

  @Test
  void leavesConcurrencyAloneWhenACostIsForced() {
    List<Charge> charges = Charges.of("2 concurrent; 10/minute");
    store().run(charges, Mode.FORCE);
    assertThat(store().peek(charges)).extracting(WindowState::remaining).containsExactly(2L, 9L);
  }

  @Test
  void blocksAClientForAWhileAfterSoManyRefusals() {
    List<Charge> charges =
        Charges.of(Charges.blocking("b", "2/minute", "1 hour", "3/minute"), "c", 1);
    assertThat(admits(charges)).isTrue();
    assertThat(admits(charges)).isTrue();
    for (int refusals = 1; refusals < 3; refusals++) {
      List<WindowState> states = store().decide(charges);
      assertThat(states.get(0).admits()).isFalse();
      assertThat(states.get(1).admits()).isTrue();
    }
    assertThat(Charges.micros(store().decide(charges).get(1).retry())).isEqualTo(60 * MINUTE);
    clock.advanceMicros(60 * MINUTE - 1);
    assertThat(Charges.micros(store().decide(charges).get(1).retry())).isEqualTo(1);
    assertThat(store().peek(charges).get(0).remaining()).isEqualTo(2);
    clock.advanceMicros(1);
    assertThat(admits(charges)).isTrue();
    assertThat(admits(charges)).isTrue();
    assertThat(store().decide(charges).get(1).admits()).isTrue(); // counts from zero again
  }

  @Test
  void forgetsRefusalsAfterTheirPeriod() {
    List<Charge> charges =
        Charges.of(Charges.blocking("b", "1/hour", "1 hour", "2/minute"), "c", 1);
    assertThat(admits(charges)).isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(store().decide(charges).get(1).admits()).isTrue();
      clock.advanceMicros(MINUTE);
    }
    assertThat(store().decide(charges).get(1).admits()).isTrue();
    clock.advanceMicros(MINUTE - 1);
    assertThat(store().decide(charges).get(1).admits()).isFalse();
  }

  @Test
  void countsOnlyTheRefusalsOfItsOwnPolicyTowardsABlock() {
    List<Charge> charges = new ArrayList<>(Charges.of("1/hour"));
    charges.addAll(Charges.of(Charges.blocking("b", "100/hour", "1 hour", "1/minute"), "c", 1));
    assertThat(admits(charges)).isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(store().decide(charges).get(2).admits()).isTrue();
    }
  }

  @Test
  void endsABlockOnReset() {
    List<Charge> charges =
        Charges.of(Charges.blocking("b", "1/minute", "1 hour", "1/minute"), "c", 1);
    admits(charges);
    assertThat(store().decide(charges).get(1).admits()).isFalse();
    store().reset(charges);
    assertThat(admits(charges)).isTrue();
  }

  @Test
  void endsABlockWhenTheClockStepsBackBeforeIt() {
    List<Charge> charges =
        Charges.of(Charges.blocking("b", "1/minute", "1 hour", "1/minute"), "c", 1);
    clock.advanceMicros(60 * MINUTE);
    admits(charges);
    assertThat(store().decide(charges).get(1).admits()).isFalse();
    clock.advanceMicros(-2 * SECOND);
    assertThat(admits(charges)).isTrue();
  }

  /** The amounts change, and some charges are taken back. */
  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void decidesLikeTheOracleWhileAmountsChange(Algorithm algorithm) {
    List<Long> amounts =
        algorithm == Algorithm.TOKEN_BUCKET
            ? List.of(4L, 5L, 64L, 100L)
            : List.of(3L, 5L, 128L, 129L);
    for (int limits = 1; limits <= 2; limits++) {
      new OracleCheck(this, algorithm, limits, "amounts " + limits).run(2000, amounts, false);
    }
  }

  /** Some charges are forced, some are taken back. */
  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void decidesLikeTheOracleWhileChargesAreForced(Algorithm algorithm) {
    for (long amount : List.of(1L, 5L, 128L, 150L)) {
      for (int limits = 1; limits <= 2; limits++) {
        new OracleCheck(this, algorithm, limits, "forced " + amount + " " + limits)
            .run(1000, List.of(amount), true);
      }
    }
  }
}
