package dev.sluice.background;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How many tasks of the shared queue are where.
 *
 * @param queued tasks that wait or run
 * @param due tasks that could begin now, if a node had a free thread
 * @param dead tasks that have failed for good and are kept
 * @param oldestDue how long the oldest due task has been due; empty if none is
 * @param isComplete whether {@code byHandler} counts all tasks; else it counts those 2,000 that are
 *     due first and those 2,000 that died last
 * @param byHandler the same by the name of the handler
 */
public record TaskDepths(
    long queued,
    long due,
    long dead,
    Optional<Duration> oldestDue,
    boolean isComplete,
    Map<String, Depth> byHandler) {

  /**
   * The tasks of one handler.
   *
   * @param running tasks that a node holds: it runs them or is about to
   * @param due tasks that could begin now
   * @param delayed tasks that are due later, after their delay or a failed attempt
   * @param withoutHandler tasks that wait until a node has the handler
   * @param dead tasks that have failed for good
   * @param oldestDue how long the oldest due task has been due; empty if none is
   */
  public record Depth(
      long running,
      long due,
      long delayed,
      long withoutHandler,
      long dead,
      Optional<Duration> oldestDue) {

    /** Tasks that have not begun. */
    public long waiting() {
      return due + delayed + withoutHandler;
    }
  }
}
