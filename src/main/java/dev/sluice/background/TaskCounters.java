package dev.sluice.background;

import dev.sluice.background.Completion.Cancelled;
import dev.sluice.background.Completion.Dead;
import dev.sluice.background.Completion.Done;
import dev.sluice.background.Completion.Outcome;
import dev.sluice.background.Completion.Retry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts the tasks of each handler that a runner has added and tried. */
final class TaskCounters {

  private static final class Counters {
    final LongAdder added = new LongAdder();
    final LongAdder done = new LongAdder();
    final LongAdder retried = new LongAdder();
    final LongAdder dead = new LongAdder();
    final LongAdder cancelled = new LongAdder();
    final LongAdder handedBack = new LongAdder();
    final LongAdder nanos = new LongAdder();

    LongAdder of(Outcome outcome) {
      if (outcome instanceof Done) {
        return done;
      } else if (outcome instanceof Retry) {
        return retried;
      } else if (outcome instanceof Dead) {
        return dead;
      }
      return outcome instanceof Cancelled ? cancelled : handedBack;
    }

    TaskStatistics statistics() {
      return new TaskStatistics(
          added.sum(),
          done.sum(),
          retried.sum(),
          dead.sum(),
          cancelled.sum(),
          handedBack.sum(),
          Duration.ofNanos(nanos.sum()));
    }
  }

  private static final Counters NONE = new Counters();

  private final Map<String, Counters> byHandler = new ConcurrentHashMap<>();

  void added(Task task) {
    of(task).added.increment();
  }

  void attempted(Task task, Outcome outcome, long nanos) {
    Counters counters = of(task);
    counters.of(outcome).increment();
    counters.nanos.add(nanos);
  }

  private Counters of(Task task) {
    return byHandler.computeIfAbsent(task.handler(), name -> new Counters());
  }

  TaskStatistics statistics(String handler) {
    return byHandler.getOrDefault(handler, NONE).statistics();
  }
}
