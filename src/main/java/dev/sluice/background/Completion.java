package dev.sluice.background;

import java.time.Duration;

/** How a lease ended. */
record Completion(Lease lease, Outcome outcome) {

  sealed interface Outcome permits Done, Cancelled, Retry, Dead, HandBack, Parked, Discarded {}

  /** The handler returned. */
  record Done() implements Outcome {}

  /** The task was cancelled before it began, or its handler heeded that. */
  record Cancelled() implements Outcome {}

  /** The attempt failed; the task is due again after {@code delay}. */
  record Retry(Duration delay, String error) implements Outcome {}

  /** The task failed for good. */
  record Dead(String error) implements Outcome {}

  /** No attempt: the task is due for any node after {@code delay}. */
  record HandBack(Duration delay) implements Outcome {}

  /** No attempt: the task waits for a node that has its handler. */
  record Parked() implements Outcome {}

  /** The task was never acknowledged and is forgotten, unless a duplicate has confirmed it. */
  record Discarded() implements Outcome {}

  TaskId id() {
    return lease.id();
  }
}
