package dev.sluice.background;

import java.time.Duration;

/**
 * The tasks of one handler on this node since it started.
 *
 * @param added tasks that a request or {@link TaskQueue#add} of this node has added
 * @param done attempts whose handler returned
 * @param retried attempts that failed and are repeated
 * @param dead attempts after which the task is dead
 * @param cancelled attempts that ended by {@link TaskQueue#cancel}
 * @param handedBack attempts that count as none: the node stopped, the handler postponed the task
 *     or is missing here
 * @param running how long all those attempts took together
 */
public record TaskStatistics(
    long added,
    long done,
    long retried,
    long dead,
    long cancelled,
    long handedBack,
    Duration running) {

  TaskStatistics plus(TaskStatistics other) {
    return new TaskStatistics(
        added + other.added,
        done + other.done,
        retried + other.retried,
        dead + other.dead,
        cancelled + other.cancelled,
        handedBack + other.handedBack,
        running.plus(other.running));
  }
}
