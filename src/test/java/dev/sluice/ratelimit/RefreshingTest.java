package dev.sluice.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.SettableClock;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RefreshingTest {

  private final SettableClock clock = new SettableClock();
  private final AtomicReference<String> setting = new AtomicReference<>("5/minute");
  private final Refreshing<Limit> limit =
      new Refreshing<>(() -> Limit.parse(setting.get()).get(0), clock);

  @Test
  void readsAChangedSettingWithinThePeriod() {
    setting.set("6/minute");
    clock.advance(Refreshing.PERIOD.minusNanos(1));
    assertThat(limit.get()).hasToString("5 per 1 minute");
    clock.advance(Refreshing.PERIOD.dividedBy(5));
    assertThat(limit.get()).hasToString("6 per 1 minute");
  }

  @Test
  void keepsTheLastValueWhileTheSettingIsWrong() {
    setting.set("6/minuet");
    clock.advance(Refreshing.PERIOD);
    assertThat(limit.get()).hasToString("5 per 1 minute");
    setting.set("7/minute");
    clock.advance(Refreshing.PERIOD);
    assertThat(limit.get()).hasToString("7 per 1 minute");
  }
}
