package dev.sluice.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class HeartbeatTest {

  private final Semaphore beats = new Semaphore(0);
  private final AtomicReference<Thread> thread = new AtomicReference<>();

  private Heartbeat start(Runnable action) {
    return Heartbeat.start(
        work -> {
          Thread started = new Thread(work);
          thread.set(started);
          return started;
        },
        Duration.ofMillis(1),
        action);
  }

  @Test
  void repeatsItsActionOnOneThreadUntilItIsStopped() throws InterruptedException {
    Heartbeat heartbeat = start(beats::release);
    beats.acquire(3);
    heartbeat.stop();
    thread.get().join();
    beats.drainPermits();
    assertThat(beats.tryAcquire()).isFalse();
  }

  @Test
  void survivesAFailureOfItsAction() throws InterruptedException {
    Heartbeat heartbeat =
        start(
            () -> {
              beats.release();
              throw new LinkageError("expected by the test");
            });
    beats.acquire(3);
    heartbeat.stop();
    thread.get().join();
  }

  @Test
  void survivesAnInterruptOfItsThread() throws InterruptedException {
    Heartbeat heartbeat = start(beats::release);
    thread.get().interrupt();
    beats.drainPermits();
    beats.acquire(3);
    heartbeat.stop();
    thread.get().join();
  }

  @Test
  void failsToStartIfTheContainerGivesNoThread() {
    assertThatThrownBy(() -> Heartbeat.start(work -> null, Duration.ofMillis(1), () -> {}))
        .isInstanceOf(IllegalStateException.class);
  }
}
