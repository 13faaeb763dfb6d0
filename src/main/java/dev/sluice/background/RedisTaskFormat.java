package dev.sluice.background;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.background.Completion.Cancelled;
import dev.sluice.background.Completion.Dead;
import dev.sluice.background.Completion.Discarded;
import dev.sluice.background.Completion.Done;
import dev.sluice.background.Completion.HandBack;
import dev.sluice.background.Completion.Parked;
import dev.sluice.background.Completion.Retry;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** A task's record, as {@code add.lua} describes it, and the words of {@code settle.lua}. */
final class RedisTaskFormat {

  private static final String VERSION = "1 ";
  private static final String NONE = "-";

  private enum State {
    WAITING('w'),
    BEGUN('r'),
    DONE('d'),
    CANCELLED('k'),
    DEAD('x');

    private final char letter;

    State(char letter) {
      this.letter = letter;
    }
  }

  private RedisTaskFormat() {}

  /** How the record starts while this lease holds. */
  static String fence(Lease lease) {
    return fence(lease.owner(), lease.attempt());
  }

  private static String fence(String owner, int attempts) {
    return VERSION + owner + ' ' + attempts + ' ';
  }

  /** What renew.lua is told of it. */
  static String begun(Lease lease) {
    return lease.hasBegun() ? String.valueOf(State.BEGUN.letter) : "";
  }

  /** The record of a task that is held. */
  static String held(Lease lease) {
    State state = lease.hasBegun() ? State.BEGUN : State.WAITING;
    return record(fence(lease), state, lease.task(), "", lease.lastError());
  }

  /** The record of a task that waits for any node. */
  static String waiting(Submission submission) {
    return record(fence(NONE, 0), State.WAITING, submission.task(), "", Optional.empty());
  }

  private static String record(
      String fence, State state, Task task, String ended, Optional<String> error) {
    return fence
        + state.letter
        + ' '
        + task.maxAttempts()
        + ' '
        + task.timeout().map(timeout -> String.valueOf(timeout.toMillis())).orElse(NONE)
        + ' '
        + task.added().toEpochMilli()
        + ' '
        + task.payloadLength()
        + ' '
        + task.handler()
        + ended
        + error.map(text -> '\n' + text).orElse("");
  }

  /** What settle.lua is told of a lease's end: what, the new record, an argument. */
  static Object[] words(Completion completion, Instant now) {
    Lease lease = completion.lease();
    Completion.Outcome outcome = completion.outcome();
    if (outcome instanceof Done) {
      return words("done", ended(lease, State.DONE, now, Optional.empty()), "");
    } else if (outcome instanceof Cancelled) {
      return words("cancelled", ended(lease, State.CANCELLED, now, lease.lastError()), "");
    } else if (outcome instanceof Dead dead) {
      return words("dead", ended(lease, State.DEAD, now, Optional.of(dead.error())), "");
    } else if (outcome instanceof Retry retry) {
      return words("due", waiting(lease, 0, Optional.of(retry.error())), retry.delay().toMillis());
    } else if (outcome instanceof HandBack back) {
      return words("due", waiting(lease, 1, lease.lastError()), back.delay().toMillis());
    } else if (outcome instanceof Parked) {
      return words("park", waiting(lease, 1, lease.lastError()), lease.task().handler());
    } else if (outcome instanceof Discarded) {
      String record = lease.isDelayed() ? "" : waiting(lease, 1, lease.lastError());
      return words("drop", record, "");
    }
    throw new IllegalStateException("Unknown outcome " + outcome);
  }

  /** An ended task keeps its owner, so that the owner may say so again. */
  private static String ended(Lease lease, State state, Instant now, Optional<String> error) {
    return record(fence(lease), state, lease.task(), " " + now.toEpochMilli(), error);
  }

  private static String waiting(Lease lease, int uncounted, Optional<String> error) {
    String fence = fence(NONE, lease.attempt() - uncounted);
    return record(fence, State.WAITING, lease.task(), "", error);
  }

  private static Object[] words(String what, String record, Object argument) {
    return new Object[] {what, record, argument};
  }

  /** Reads a record that the script has found to be one. */
  static Lease toLease(TaskId id, byte[] kept) {
    String record = new String(kept, UTF_8);
    String[] words = words(record);
    Task task =
        new Task(
            id,
            words[8],
            Integer.parseInt(words[4]),
            Optional.of(words[5])
                .filter(millis -> !millis.equals(NONE))
                .map(millis -> Duration.ofMillis(Long.parseLong(millis))),
            Instant.ofEpochMilli(Long.parseLong(words[6])),
            Integer.parseInt(words[7]));
    return new Lease(task, Integer.parseInt(words[2]), words[1]).withLastError(error(record));
  }

  private static String[] words(String record) {
    int end = record.indexOf('\n');
    return (end < 0 ? record : record.substring(0, end)).split(" ");
  }

  private static Optional<String> error(String record) {
    int end = record.indexOf('\n');
    return end < 0 ? Optional.empty() : Optional.of(record.substring(end + 1));
  }

  /**
   * Reads a record; empty if it is none of this format.
   *
   * @param due the score of the task in the queue
   */
  static Optional<TaskStatus> toStatus(
      TaskId id, byte[] kept, Optional<Instant> due, OptionalDouble progress) {
    String record = new String(kept, UTF_8);
    String[] words = words(record);
    if (!record.startsWith(VERSION) || words.length < 9) {
      return Optional.empty();
    }
    Task task = toLease(id, kept).task();
    int attempts = Integer.parseInt(words[2]);
    TaskStatus.State state = state(words[3], attempts > 0 && !words[1].equals(NONE));
    return Optional.of(
        new TaskStatus(
            id,
            state,
            task.handler(),
            Math.min(attempts, task.maxAttempts()),
            task.maxAttempts(),
            task.added(),
            due.filter(time -> state == TaskStatus.State.PENDING),
            Optional.of(words)
                .filter(all -> all.length > 9)
                .map(all -> Instant.ofEpochMilli(Long.parseLong(all[9]))),
            progress,
            error(record)));
  }

  /** Reads the reply of depths.lua. */
  static TaskDepths toDepths(List<?> reply, int counted) {
    long now = number(reply.get(0));
    Map<String, TaskDepths.Depth> byHandler = new TreeMap<>();
    for (int i = 4; i < reply.size(); i += 7) {
      Optional<Duration> age =
          Optional.of(number(reply.get(i + 6)))
              .filter(due -> due > 0)
              .map(due -> Duration.ofMillis(now - due));
      byHandler.put(
          new String((byte[]) reply.get(i), UTF_8),
          new TaskDepths.Depth(
              number(reply.get(i + 1)),
              number(reply.get(i + 2)),
              number(reply.get(i + 3)),
              number(reply.get(i + 4)),
              number(reply.get(i + 5)),
              age));
    }
    long queued = number(reply.get(1));
    long dead = number(reply.get(3));
    return new TaskDepths(
        queued,
        number(reply.get(2)),
        dead,
        byHandler.values().stream()
            .flatMap(depth -> depth.oldestDue().stream())
            .max(Comparator.naturalOrder()),
        Math.max(queued, dead) <= counted,
        byHandler);
  }

  private static long number(Object reply) {
    return reply instanceof Long number
        ? number
        : Long.parseLong(new String((byte[]) reply, UTF_8));
  }

  private static TaskStatus.State state(String letter, boolean held) {
    return switch (letter) {
      case "d" -> TaskStatus.State.DONE;
      case "k" -> TaskStatus.State.CANCELLED;
      case "x" -> TaskStatus.State.DEAD;
      default -> held ? TaskStatus.State.RUNNING : TaskStatus.State.PENDING;
    };
  }
}
