package dev.sluice.background;

import java.util.List;

/** How failed attempts of one handler are repeated. */
record RetryPolicy(RetrySchedule schedule, List<Class<? extends Throwable>> abortOn) {

  /** Whether a failure ends the task, however many attempts are left. */
  boolean isFinal(Throwable failure) {
    return abortOn.stream().anyMatch(type -> type.isInstance(failure));
  }
}
