package dev.sluice.background;

import java.time.Duration;

/** A task to be added, due after {@code delay}. */
record NewTask(Task task, Duration delay) {

  boolean isDelayed() {
    return delay.toMillis() > 0;
  }
}
