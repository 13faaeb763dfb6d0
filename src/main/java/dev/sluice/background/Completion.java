package dev.sluice.background;

import java.time.Duration;

/** How a claim ended. */
record Completion(TaskId id, int attempt, String owner, Outcome outcome) {

  sealed interface Outcome permits Done, Retry, Dead, HandBack, Discarded {}

  /** The handler returned. */
  record Done() implements Outcome {}

  /** It failed, and is due again after {@code delay}. */
  record Retry(Duration delay, String error) implements Outcome {}

  /** It failed for good. */
  record Dead(String error) implements Outcome {}

  /** It did not begin: no attempt, due for any node after {@code delay}. */
  record HandBack(Duration delay) implements Outcome {}

  /** It was never acknowledged, and must not run: forgotten. */
  record Discarded() implements Outcome {}

  Completion(Claim claim, Outcome outcome) {
    this(claim.task().id(), claim.attempt(), claim.owner(), outcome);
  }
}
