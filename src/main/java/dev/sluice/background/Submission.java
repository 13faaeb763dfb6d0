package dev.sluice.background;

import java.time.Duration;

/** A task to be added, due after {@code delay}. */
record Submission(Task task, Duration delay) {

  boolean isDelayed() {
    return delay.toMillis() > 0;
  }

  /** The claim that adding it makes: its first attempt, or none yet. */
  Claim claimedBy(String owner) {
    return new Claim(task, isDelayed() ? 0 : 1, owner);
  }
}
