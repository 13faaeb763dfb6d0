package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ratelimit.Decision.Permitted;
import dev.sluice.ratelimit.Decision.Reason;
import dev.sluice.ratelimit.Decision.Refused;
import dev.sluice.testing.SettableClock;
import java.text.MessageFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeciderTest {

  /** A store that counts how often it is asked, and can be out of order. */
  private final class Asked implements QuotaStore {
    private int calls;
    private boolean broken;

    @Override
    public List<QuotaState> decide(List<Charge> quotas) {
      calls++;
      if (broken) {
        throw new QuotaStoreException(new IllegalStateException("out of order"));
      }
      return counting.decide(quotas);
    }

    @Override
    public List<QuotaState> peek(List<Charge> quotas) {
      if (broken) {
        throw new QuotaStoreException(new IllegalStateException("out of order"));
      }
      return counting.peek(quotas);
    }

    @Override
    public void reset(List<Charge> quotas) {
      counting.reset(quotas);
    }
  }

  private final SettableClock clock = new SettableClock();
  private final LocalQuotaStore counting = new LocalQuotaStore(clock, 100, 1 << 20);
  private final Asked store = new Asked();
  private final DecisionCounters counts = new DecisionCounters();
  private final List<Decision> events = new ArrayList<>();
  private final Decider decider =
      new Decider(
          store,
          new LocalQuotaStore(clock, 100, 1 << 20),
          new RefusalCache(() -> clock.micros() * 1000),
          counts,
          events::add);

  private static List<Charge> quotas(String limits, int cost) {
    return Charges.of(limits, "client", cost);
  }

  @Test
  void refusesAgainWithoutAskingForASecondAtMost() {
    decider.decide(quotas("1/minute", 1));
    Refused first = (Refused) decider.decide(quotas("1/minute", 1));
    assertThat(first.retryAfter()).isEqualTo(Duration.ofMinutes(1));
    clock.advanceMicros(999_999);
    Refused near = (Refused) decider.decide(quotas("1/minute", 1));
    assertThat(near.retryAfter()).isEqualTo(Duration.ofNanos(59_000_001_000L));
    assertThat(near.quotas().get(0).retry()).isEqualTo(near.retryAfter());
    assertThat(store.calls).isEqualTo(2);
    clock.advanceMicros(1);
    assertThat(decider.decide(quotas("1/minute", 1))).isInstanceOf(Refused.class);
    assertThat(store.calls).isEqualTo(3);
    assertThat(counts.statistics("policy")).isEqualTo(new RateLimitStatistics(1, 2, 1, 0, 0));
  }

  @Test
  void neverRefusesBeyondTheMomentAtWhichTheQuotaReturns() {
    decider.decide(quotas("1/second", 1));
    clock.advanceMicros(700_000);
    assertThat(decider.decide(quotas("1/second", 1))).isInstanceOf(Refused.class);
    clock.advanceMicros(299_999);
    assertThat(decider.decide(quotas("1/second", 1))).isInstanceOf(Refused.class);
    clock.advanceMicros(1);
    assertThat(decider.decide(quotas("1/second", 1))).isInstanceOf(Permitted.class);
    assertThat(store.calls).isEqualTo(3);
  }

  @Test
  void doesNotRefuseAnotherCostOrClientBecauseOfARefusal() {
    decider.decide(quotas("10/minute", 8));
    assertThat(decider.decide(quotas("10/minute", 5))).isInstanceOf(Refused.class);
    assertThat(decider.decide(quotas("10/minute", 2))).isInstanceOf(Permitted.class);
    assertThat(decider.decide(Charges.of("10/minute", "other", 5))).isInstanceOf(Permitted.class);
  }

  @Test
  void waitsForTheLimitThatTakesLongest() {
    decider.decide(quotas("1/second; 2/hour; 1/minute", 1));
    Refused refused = (Refused) decider.decide(quotas("1/second; 2/hour; 1/minute", 1));
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofMinutes(1));
    assertThat(refused.quotas())
        .extracting(QuotaStatus::isExceeded)
        .containsExactly(true, false, true);
  }

  @Test
  void letsShadowPoliciesPassAndCountsWhatTheyWouldRefuse() {
    List<Charge> shadow = Charges.of(Charges.shadow("shadow", "1/minute"), "client", 1);
    for (int i = 0; i < 3; i++) {
      assertThat(decider.decide(shadow)).isEqualTo(new Permitted(List.of()));
    }
    assertThat(counts.statistics("shadow")).isEqualTo(new RateLimitStatistics(1, 0, 0, 2, 0));
  }

  @Test
  void followsEachPolicyWhileTheStoreCannotBeAsked() {
    store.broken = true;
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
    store.broken = false;
    assertThat(decider.decide(both)).isInstanceOf(Permitted.class);
    assertThat(counts.statistics("open").decidedInOutage()).isEqualTo(3);
    assertThat(counts.statistics("local")).isEqualTo(new RateLimitStatistics(1, 1, 0, 0, 2));
  }

  @Test
  void tellsOfWhoComesNearALimitOnceAndOfRefusals() {
    for (int i = 0; i < 12; i++) {
      decider.decide(quotas("10/minute", 1));
    }
    assertThat(events).hasSize(2);
    assertThat(events.get(0))
        .isInstanceOfSatisfying(
            Permitted.class, near -> assertThat(near.quotas().get(0).remaining()).isEqualTo(2));
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
  void callsNearWhatIsUsedToThatPercentage(String limit, int percent, int left) {
    List<Charge> quotas = Charges.of(Charges.near("near", limit, percent), "client", 1);
    while (decider.decide(quotas) instanceof Permitted) {
      assertThat(store.calls).isLessThan(20);
    }
    assertThat(events.get(0))
        .isInstanceOfSatisfying(
            Permitted.class, near -> assertThat(near.quotas().get(0).remaining()).isEqualTo(left));
    assertThat(events).hasSize(2);
  }

  @Test
  void logsWhatAShadowPolicyWouldRefuse() {
    List<String> lines = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            lines.add(MessageFormat.format(line.getMessage(), line.getParameters()));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(RateLimiter.class.getName());
    logger.setLevel(Level.INFO);
    logger.addHandler(handler);
    try {
      List<Charge> shadow = Charges.of(Charges.shadow("dark", "1/minute"), "client", 1);
      decider.decide(shadow);
      assertThat(lines).isEmpty();
      decider.decide(shadow);
    } finally {
      logger.removeHandler(handler);
      logger.setLevel(null);
    }
    assertThat(lines).containsExactly("Shadow policy dark would have refused 1 requests so far");
  }

  @Test
  void peeksAsEachPolicySaysWhileTheStoreCannotBeAsked() {
    List<Charge> local =
        Charges.of(Charges.onOutage("local", "1/minute", OutagePolicy.LOCAL), "c", 1);
    List<Charge> open =
        Charges.of(Charges.onOutage("open", "1/minute", OutagePolicy.FAIL_OPEN), "c", 1);
    List<Charge> closed =
        Charges.of(Charges.onOutage("closed", "1/minute", OutagePolicy.FAIL_CLOSED), "c", 1);
    store.broken = true;
    assertThat(decider.peek(local)).isInstanceOf(Permitted.class);
    decider.decide(local);
    assertThat(decider.peek(local)).isInstanceOf(Refused.class);
    assertThat(decider.peek(open)).isEqualTo(new Permitted(List.of()));
    assertThat(decider.peek(closed)).isInstanceOf(Refused.class);
    assertThat(counts.statistics("closed").decidedInOutage()).isZero();
  }

  @Test
  void forgetsRefusalsOnReset() {
    decider.decide(quotas("1/minute", 1));
    decider.decide(quotas("1/minute", 1));
    decider.reset(quotas("1/minute", 1));
    assertThat(decider.decide(quotas("1/minute", 1))).isInstanceOf(Permitted.class);
  }

  @Test
  void peeksWithoutChargingCountingOrTelling() {
    assertThat(decider.peek(quotas("1/minute", 1))).isInstanceOf(Permitted.class);
    decider.decide(quotas("1/minute", 1));
    events.clear();
    assertThat(decider.peek(quotas("1/minute", 1))).isInstanceOf(Refused.class);
    assertThat(events).isEmpty();
    assertThat(counts.statistics("policy").permitted()).isEqualTo(1);
  }
}
