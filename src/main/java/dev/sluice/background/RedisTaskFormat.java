package dev.sluice.background;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.background.Completion.Dead;
import dev.sluice.background.Completion.Discarded;
import dev.sluice.background.Completion.Done;
import dev.sluice.background.Completion.HandBack;
import dev.sluice.background.Completion.Parked;
import dev.sluice.background.Completion.Retry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A task's record, as {@code add.lua} describes it, and the words of {@code settle.lua}. */
final class RedisTaskFormat {

  private static final String VERSION = "1 ";
  private static final String NOBODY = "-";

  private enum State {
    WAITING('w'),
    DONE('d'),
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

  /** The record of a task that is held. */
  static String held(Lease lease) {
    return record(fence(lease), State.WAITING, lease.task(), lease.lastError());
  }

  private static String record(String fence, State state, Task task, Optional<String> error) {
    return fence
        + state.letter
        + ' '
        + task.maxAttempts()
        + ' '
        + task.timeout().map(timeout -> String.valueOf(timeout.toMillis())).orElse(NOBODY)
        + ' '
        + task.added().toEpochMilli()
        + ' '
        + task.payloadLength()
        + ' '
        + task.handler()
        + error.map(text -> '\n' + text).orElse("");
  }

  /** What settle.lua is told of a lease's end: what, the new record, an argument. */
  static Object[] words(Completion completion) {
    Lease lease = completion.lease();
    Task task = lease.task();
    Completion.Outcome outcome = completion.outcome();
    // An ended task keeps its owner, so that the owner may say so again.
    if (outcome instanceof Done) {
      return words("done", record(fence(lease), State.DONE, task, Optional.empty()), "");
    } else if (outcome instanceof Dead dead) {
      return words("dead", record(fence(lease), State.DEAD, task, Optional.of(dead.error())), "");
    } else if (outcome instanceof Retry retry) {
      String record =
          record(fence(NOBODY, lease.attempt()), State.WAITING, task, Optional.of(retry.error()));
      return words("due", record, retry.delay().toMillis());
    } else if (outcome instanceof HandBack back) {
      return words("due", notBegun(lease), back.delay().toMillis());
    } else if (outcome instanceof Parked) {
      return words("park", notBegun(lease), task.handler());
    } else if (outcome instanceof Discarded) {
      return words("drop", lease.isDelayed() ? "" : notBegun(lease), "");
    }
    throw new IllegalStateException("Unknown outcome " + outcome);
  }

  private static String notBegun(Lease lease) {
    return record(
        fence(NOBODY, lease.attempt() - 1), State.WAITING, lease.task(), lease.lastError());
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
                .filter(millis -> !millis.equals(NOBODY))
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

  /** Reads a record; empty if it is none of this format. */
  static Optional<TaskStatus> toStatus(TaskId id, byte[] kept) {
    String record = new String(kept, UTF_8);
    String[] words = words(record);
    if (!record.startsWith(VERSION) || words.length < 9) {
      return Optional.empty();
    }
    int attempts = Math.min(Integer.parseInt(words[2]), Integer.parseInt(words[4]));
    return Optional.of(new TaskStatus(id, state(words[3]), attempts, error(record)));
  }

  private static TaskStatus.State state(String letter) {
    return switch (letter) {
      case "d" -> TaskStatus.State.DONE;
      case "x" -> TaskStatus.State.DEAD;
      default -> TaskStatus.State.PENDING;
    };
  }
}
