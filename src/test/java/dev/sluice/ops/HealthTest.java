package dev.sluice.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lifecycle.Starting;
import dev.sluice.ops.HealthState.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthTest {

  private final Health health = new Health();

  @Test
  void hasNotStartedBeforeEverythingIsOpen() {
    assertThat(health.startup().status()).isEqualTo(Status.DOWN);
    health.start(new Starting());
    assertThat(health.startup().status()).isEqualTo(Status.UP);
  }

  @Test
  void livesBeforeItHasStarted() {
    assertThat(health.liveness()).isEqualTo(new HealthState("sluice-live", Status.UP, List.of()));
  }
}
