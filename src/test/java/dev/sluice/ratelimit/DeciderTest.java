package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ratelimit.Decision.Permitted;
import dev.sluice.ratelimit.Decision.Reason;
import dev.sluice.ratelimit.Decision.Refused;
import dev.sluice.ratelimit.QuotaStore.Mode;
import dev.sluice.ratelimit.QuotaStore.Receipt;
import dev.sluice.testing.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeciderTest {

  /** A store that counters its calls and can be made unavailable. */
  private final class CountingStore implements QuotaStore {
    private int calls;
    private int renewals;
    private int refunds;
    private boolean unavailable;

    @Override
    public Reply run(List<Charge> charges, Mode mode) {
      calls += mode == Mode.PEEK ? 0 : 1;
      requireAvailable();
      return delegate.run(charges, mode);
    }

    @Override
    public void refund(List<Charge> charges, Receipt receipt) {
      refunds++;
      requireAvailable();
      delegate.refund(charges, receipt);
    }

    @Override
    public void renew(List<Charge> charges, Receipt receipt) {
      renewals++;
      requireAvailable();
      delegate.renew(charges, receipt);
    }

    private void requireAvailable() {
      if (unavailable) {
        throw new QuotaStoreException(new IllegalStateException("down"));
      }
    }

    @Override
    public void reset(List<Charge> charges) {
      delegate.reset(charges);
    }
  }

  private final SettableClock clock = new SettableClock();
  private final LocalQuotaStore delegate = new LocalQuotaStore(clock, 100, 1 << 20);
  private final CountingStore store = new CountingStore();
  private final DecisionCounters counters = new DecisionCounters();
  private Runnable renewal = () -> {};
  private final List<Decision> events = new ArrayList<>();
  private final List<ShadowRefusal> shadowed = new ArrayList<>();
  private final RunningRequests running =
      new RunningRequests(() -> clock.micros() * 1000, action -> renewal = action);
  private final Decider decider =
      new Decider(
          store,
          new LocalQuotaStore(clock, 100, 1 << 20),
          new RefusalCache(() -> clock.micros() * 1000),
          running,
          counters,
          new DecisionListener() {
            @Override
            public void decided(Decision decision) {
              events.add(decision);
            }

            @Override
            public void shadowed(ShadowRefusal refusal) {
              shadowed.add(refusal);
            }
          });

  private static List<Charge> charges(String limits, int cost) {
    return Charges.of(limits, "client", cost);
  }

  @Test
  void refusesAgainWithoutAskingTheStoreForASecondAtMost() {
    decider.decide(charges("1/minute", 1));
    Refused first = (Refused) decider.decide(charges("1/minute", 1));
    assertThat(first.retryAfter()).isEqualTo(Duration.ofMinutes(1));
    clock.advanceMicros(999_999);
    Refused again = (Refused) decider.decide(charges("1/minute", 1));
    assertThat(again.retryAfter()).isEqualTo(Duration.ofNanos(59_000_001_000L));
    assertThat(again.windows().get(0).retry()).isEqualTo(again.retryAfter());
    assertThat(store.calls).isEqualTo(2);
    clock.advanceMicros(1);
    assertThat(decider.decide(charges("1/minute", 1))).isInstanceOf(Refused.class);
    assertThat(store.calls).isEqualTo(3);
    assertThat(counters.statistics("policy")).isEqualTo(new RateLimitStatistics(1, 2, 1, 0, 1, 0));
  }

  @Test
  void admitsAsSoonAsTheQuotaReturns() {
    decider.decide(charges("1/second", 1));
    clock.advanceMicros(700_000);
    assertThat(decider.decide(charges("1/second", 1))).isInstanceOf(Refused.class);
    clock.advanceMicros(299_999);
    assertThat(decider.decide(charges("1/second", 1))).isInstanceOf(Refused.class);
    clock.advanceMicros(1);
    assertThat(decider.decide(charges("1/second", 1))).isInstanceOf(Permitted.class);
    assertThat(store.calls).isEqualTo(3);
  }

  @Test
  void keepsARefusalFromLowerCostsAndOtherClients() {
    decider.decide(charges("10/minute", 8));
    assertThat(decider.decide(charges("10/minute", 5))).isInstanceOf(Refused.class);
    assertThat(decider.decide(charges("10/minute", 2))).isInstanceOf(Permitted.class);
    assertThat(decider.decide(Charges.of("10/minute", "other", 5))).isInstanceOf(Permitted.class);
  }

  @Test
  void namesTheRetryOfTheLimitThatTakesLongest() {
    decider.decide(charges("1/second; 2/hour; 1/minute", 1));
    Refused refused = (Refused) decider.decide(charges("1/second; 2/hour; 1/minute", 1));
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofMinutes(1));
    assertThat(refused.windows())
        .extracting(WindowState::isExceeded)
        .containsExactly(true, false, true);
  }

  @Test
  void admitsAndCountsWhatAShadowPolicyWouldRefuse() {
    List<Charge> shadow = Charges.of(Charges.shadow("shadow", "1/minute"), "client", 1);
    for (int i = 0; i < 3; i++) {
      assertThat(decider.decide(shadow)).isEqualTo(new Permitted(List.of()));
    }
    assertThat(counters.statistics("shadow")).isEqualTo(new RateLimitStatistics(1, 0, 0, 2, 0, 0));
    assertThat(shadowed).hasSize(2);
    assertThat(shadowed.get(0).windows().get(0).quota().name()).isEqualTo("shadow");
  }

  @Test
  void countsEachCheckOnceHoweverManyPoliciesItHas() {
    List<Charge> both = new ArrayList<>(Charges.of(Charges.shadow("shadow", "1/minute"), "c", 1));
    both.addAll(charges("2/minute", 1));
    for (int i = 0; i < 4; i++) {
      decider.decide(both);
    }
    assertThat(counters.statistics()).isEqualTo(new RateLimitStatistics(2, 1, 1, 2, 1, 0));
    assertThat(counters.policies()).containsExactlyInAnyOrder("policy", "shadow");
  }

  @Test
  void decidesByTheOutagePolicyWhileTheStoreIsUnavailable() {
    store.unavailable = true;
    List<Charge> local =
        Charges.of(Charges.onOutage("local", "1/minute", OutagePolicy.LOCAL), "c", 1);
    List<Charge> open =
        Charges.of(Charges.onOutage("open", "1/minute", OutagePolicy.FAIL_OPEN), "c", 1);
    List<Charge> closed =
        Charges.of(Charges.onOutage("closed", "1/minute", OutagePolicy.FAIL_CLOSED), "c", 1);
    assertThat(decider.decide(local)).isInstanceOf(Permitted.class);
    assertThat(decider.decide(local)).isInstanceOf(Refused.class);
    assertThat(decider.decide(open)).isEqualTo(new Permitted(List.of()));
    assertThat(decider.decide(open)).isEqualTo(new Permitted(List.of()));
    List<Charge> both = new ArrayList<>(open);
    both.addAll(closed);
    assertThat(decider.decide(both))
        .isEqualTo(new Refused(Reason.STORE_UNAVAILABLE, List.of(), Duration.ofSeconds(1)));
    store.unavailable = false;
    assertThat(decider.decide(both)).isInstanceOf(Permitted.class);
    assertThat(counters.statistics("open").decidedInOutage()).isEqualTo(3);
    assertThat(counters.statistics("local")).isEqualTo(new RateLimitStatistics(1, 1, 0, 0, 1, 2));
  }

  @Test
  void reportsTheWarnThresholdOnceAndRefusalsByTheStore() {
    for (int i = 0; i < 12; i++) {
      decider.decide(charges("10/minute", 1));
    }
    assertThat(events).hasSize(2);
    assertThat(events.get(0))
        .isInstanceOfSatisfying(
            Permitted.class,
            permitted -> assertThat(permitted.windows().get(0).remaining()).isEqualTo(2));
    assertThat(events.get(1)).isInstanceOf(Refused.class);
  }

  @ParameterizedTest
  @CsvSource({
    "1/minute, 80, 0",
    "2/minute, 80, 0",
    "3/minute, 80, 0",
    "4/minute, 80, 0",
    "5/minute, 80, 1",
    "6/minute, 80, 1",
    "10/minute, 80, 2",
    "10/minute, 1, 9",
    "10/minute, 100, 0"
  })
  void reportsTheRequestThatReachesTheWarnThreshold(String limit, int percent, int left) {
    List<Charge> charges = Charges.of(Charges.warnAt("warned", limit, percent), "client", 1);
    while (decider.decide(charges) instanceof Permitted) {
      assertThat(store.calls).isLessThan(20);
    }
    assertThat(events.get(0))
        .isInstanceOfSatisfying(
            Permitted.class,
            permitted -> assertThat(permitted.windows().get(0).remaining()).isEqualTo(left));
    assertThat(events).hasSize(2);
  }

  @Test
  void logsTheRefusalsOfAShadowPolicy() {
    try (LogLines log = new LogLines()) {
      List<Charge> shadow = Charges.of(Charges.shadow("dark", "1/minute"), "client", 1);
      decider.decide(shadow);
      assertThat(log.lines()).isEmpty();
      decider.decide(shadow);
      assertThat(log.lines())
          .containsExactly("Shadow policy dark would have refused 1 requests so far");
    }
  }

  @Test
  void peeksByTheOutagePolicyWhileTheStoreIsUnavailable() {
    List<Charge> local =
        Charges.of(Charges.onOutage("local", "1/minute", OutagePolicy.LOCAL), "c", 1);
    List<Charge> open =
        Charges.of(Charges.onOutage("open", "1/minute", OutagePolicy.FAIL_OPEN), "c", 1);
    List<Charge> closed =
        Charges.of(Charges.onOutage("closed", "1/minute", OutagePolicy.FAIL_CLOSED), "c", 1);
    store.unavailable = true;
    assertThat(decider.peek(local)).isInstanceOf(Permitted.class);
    decider.decide(local);
    assertThat(decider.peek(local)).isInstanceOf(Refused.class);
    assertThat(decider.peek(open)).isEqualTo(new Permitted(List.of()));
    assertThat(decider.peek(closed)).isInstanceOf(Refused.class);
    assertThat(counters.statistics("closed").decidedInOutage()).isZero();
  }

  @Test
  void forgetsCachedRefusalsOnReset() {
    decider.decide(charges("1/minute", 1));
    decider.decide(charges("1/minute", 1));
    decider.reset(charges("1/minute", 1));
    assertThat(decider.decide(charges("1/minute", 1))).isInstanceOf(Permitted.class);
  }

  @Test
  void peeksWithoutChargingCountingOrReporting() {
    assertThat(decider.peek(charges("1/minute", 1))).isInstanceOf(Permitted.class);
    decider.decide(charges("1/minute", 1));
    events.clear();
    assertThat(decider.peek(charges("1/minute", 1))).isInstanceOf(Refused.class);
    assertThat(events).isEmpty();
    assertThat(counters.statistics("policy").permitted()).isEqualTo(1);
  }

  @Test
  void refusesAHigherCostFromTheCacheToo() {
    decider.decide(charges("10/minute", 8));
    assertThat(decider.decide(charges("10/minute", 3))).isInstanceOf(Refused.class);
    int calls = store.calls;
    assertThat(decider.decide(charges("10/minute", 4)))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.source()).isEqualTo(Decision.Source.REFUSAL_CACHE));
    assertThat(store.calls).isEqualTo(calls);
  }

  @Test
  void freesTheMemoryOfRefusalsAfterTheirSecond() {
    RefusalCache refusals = new RefusalCache(clock);
    for (int i = 0; i < 1000; i++) {
      refusals.add(
          Charges.of("1/minute", "client " + i, 1),
          new Refused(Reason.QUOTA_EXCEEDED, List.of(), Duration.ofMinutes(1)),
          refusals.now());
    }
    clock.advance(Duration.ofSeconds(1));
    refusals.find(Charges.of("1/minute", "another", 1));
    Awaitility.await().until(() -> refusals.size() == 0);
  }

  @Test
  void keepsARefusalFromOtherAmountsOfTheSameWindow() {
    decider.decide(charges("1/minute", 1));
    assertThat(decider.decide(charges("1/minute", 1))).isInstanceOf(Refused.class);
    assertThat(decider.decide(charges("2/minute", 1))).isInstanceOf(Permitted.class);
  }

  @Test
  void takesBackTheUnusedPartOfAReservation() {
    Reservation reservation = decider.reserve(charges("10/minute", 8));
    reservation.settle(2);
    reservation.settle(0);
    assertThat(decider.peek(charges("10/minute", 1)).windows().get(0).remaining()).isEqualTo(8);
  }

  @Test
  void admitsAtOnceAfterARefundWhatTheRefusalCacheRefused() {
    Reservation reservation = decider.reserve(charges("1/minute", 1));
    assertThat(decider.decide(charges("1/minute", 1))).isInstanceOf(Refused.class);
    reservation.settle(0);
    assertThat(decider.decide(charges("1/minute", 1))).isInstanceOf(Permitted.class);
  }

  @Test
  void chargesWhatAReservationHasUsedBeyondItsEstimate() {
    Reservation reservation = decider.reserve(charges("10/minute", 3));
    reservation.settle(7);
    assertThat(decider.peek(charges("10/minute", 1)).windows().get(0).remaining()).isEqualTo(3);
  }

  @Test
  void keepsTheEstimateWhileTheStoreIsUnavailable() {
    Reservation reservation = decider.reserve(charges("10/minute", 3));
    store.unavailable = true;
    reservation.settle(0);
    store.unavailable = false;
    assertThat(decider.peek(charges("10/minute", 1)).windows().get(0).remaining()).isEqualTo(7);
  }

  @Test
  void freesAPlaceWhenAReservationIsClosed() {
    Reservation first = decider.reserve(charges("1 concurrent; 10/minute", 1));
    assertThat(decider.reserve(charges("1 concurrent; 10/minute", 1)).decision())
        .isInstanceOf(Refused.class);
    first.close();
    first.close();
    assertThat(store.refunds).isEqualTo(1);
    assertThat(running.size()).isZero();
    Reservation second = decider.reserve(charges("1 concurrent; 10/minute", 1));
    assertThat(second.decision()).isInstanceOf(Permitted.class);
    first.close();
    assertThat(decider.reserve(charges("1 concurrent; 10/minute", 1)).decision())
        .isInstanceOf(Refused.class);
    assertThat(decider.peek(charges("10/minute", 1)).windows().get(0).remaining()).isEqualTo(8);
  }

  @Test
  void keepsAPlaceWhenAReservationIsSettled() {
    Reservation reservation = decider.reserve(charges("1 concurrent; 10/minute", 5));
    reservation.settle(0);
    assertThat(decider.peek(charges("1 concurrent; 10/minute", 1)).windows())
        .extracting(WindowState::remaining)
        .containsExactly(0L, 10L);
  }

  @Test
  void renewsRequestsThatRunForLongAndNoOthers() {
    List<Charge> concurrent = charges("2 concurrent", 1);
    Reservation ended = decider.reserve(concurrent);
    ended.close();
    Reservation running = decider.reserve(concurrent);
    clock.advance(RunningRequests.RENEWAL.minusNanos(1000));
    renewal.run();
    assertThat(store.renewals).isZero();
    clock.advanceMicros(1);
    renewal.run();
    assertThat(store.renewals).isEqualTo(1);
    store.unavailable = true;
    renewal.run();
    store.unavailable = false;
    running.close();
    renewal.run();
    assertThat(store.renewals).isEqualTo(2);
  }

  @Test
  void asksTheStoreForEachRequestOverAConcurrencyLimit() {
    Reservation first = decider.reserve(charges("1 concurrent", 1));
    assertThat(decider.decide(charges("1 concurrent", 1))).isInstanceOf(Refused.class);
    int calls = store.calls;
    assertThat(decider.decide(charges("1 concurrent", 1))).isInstanceOf(Refused.class);
    assertThat(store.calls).isEqualTo(calls + 1);
    first.close();
    assertThat(decider.decide(charges("1 concurrent", 1))).isInstanceOf(Permitted.class);
  }

  @Test
  void countsEachRefusalTowardsABlockAndThenRefusesFromTheCache() {
    List<Charge> charges =
        Charges.of(Charges.blocking("b", "1/minute; 9/day", "1 hour", "3/minute"), "c", 1);
    assertThat(decider.decide(charges).windows()).hasSize(2);
    for (int i = 0; i < 2; i++) {
      Refused refused = (Refused) decider.decide(charges);
      assertThat(refused.retryAfter()).isEqualTo(Duration.ofMinutes(1));
    }
    for (int i = 0; i < 5; i++) {
      Refused blocked = (Refused) decider.decide(charges);
      assertThat(blocked.retryAfter()).isEqualTo(Duration.ofHours(1));
      assertThat(blocked.windows())
          .hasSize(2)
          .allMatch(window -> window.remaining() == 0 && window.isExceeded());
    }
    assertThat(store.calls).isEqualTo(4);
    assertThat(counters.statistics("b")).isEqualTo(new RateLimitStatistics(1, 3, 4, 0, 1, 0));
    clock.advance(Duration.ofMinutes(2));
    assertThat(decider.peek(charges).windows().get(1).reset()).isEqualTo(Duration.ofMinutes(58));
  }

  /** 64 attempts at once, of which one in four has the right password. */
  @Test
  void admitsNeverMoreFailuresThanTheLimitToConcurrentAttempts() throws Exception {
    RateLimitPolicy policy = Charges.chargedWhen("login", "5/minute", ChargeWhen.FAILED);
    AtomicInteger failures = new AtomicInteger();
    AtomicInteger successes = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(64);
    CyclicBarrier start = new CyclicBarrier(64);
    List<Future<?>> attempts = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      boolean fails = i % 4 > 0;
      attempts.add(
          threads.submit(
              () -> {
                start.await();
                Reservation attempt = decider.reserve(Charges.of(policy, "client", 1));
                if (attempt.decision() instanceof Permitted) {
                  (fails ? failures : successes).incrementAndGet();
                  attempt.settleByStatus(fails ? 401 : 200);
                }
                return null;
              }));
    }
    for (Future<?> attempt : attempts) {
      attempt.get();
    }
    threads.shutdown();
    assertThat(failures.get()).isLessThanOrEqualTo(5);
    Decision after = decider.peek(Charges.of(policy, "client", 1));
    assertThat(after.windows().get(0).remaining()).isEqualTo(5 - failures.get());
  }
}
