package dev.sluice.background;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.background.Completion.Dead;
import dev.sluice.background.Completion.Discarded;
import dev.sluice.background.Completion.Done;
import dev.sluice.background.Completion.HandBack;
import dev.sluice.background.Completion.Outcome;
import dev.sluice.background.Completion.Retry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the scripts are told and what they reply; {@code add.lua} says how a task is kept. */
final class RedisTaskFormat {

  private RedisTaskFormat() {}

  /** A claim as it is kept. */
  static String claim(int attempt, String owner) {
    return attempt + " " + owner;
  }

  /** Reads one of claim.lua's; the script has seen that it has this form. */
  static Claim toClaim(List<?> reply, String owner) {
    byte[] kept = (byte[]) reply.get(2);
    int line = 0;
    while (kept[line] != '\n') {
      line++;
    }
    String[] words = new String(kept, 0, line, UTF_8).split(" ", 4);
    int payload = line + 1 + Integer.parseInt(words[3]);
    Task task =
        new Task(
            new TaskId(text(reply.get(0))),
            words[2],
            new String(kept, payload, kept.length - payload, UTF_8),
            Integer.parseInt(words[0]),
            Optional.of(words[1])
                .filter(millis -> !millis.isEmpty())
                .map(millis -> Duration.ofMillis(Long.parseLong(millis))));
    return new Claim(task, ((Long) reply.get(1)).intValue(), owner);
  }

  /** Reads find.lua's. */
  static TaskStatus toStatus(TaskId id, List<?> reply) {
    String ended = text(reply.get(1));
    return new TaskStatus(
        id,
        ended.isEmpty()
            ? TaskStatus.State.PENDING
            : TaskStatus.State.valueOf(ended.toUpperCase(Locale.ROOT)),
        ((Long) reply.get(0)).intValue(),
        Optional.of(text(reply.get(2))).filter(error -> !error.isEmpty()));
  }

  private static String text(Object reply) {
    return new String((byte[]) reply, UTF_8);
  }

  /** What settle.lua is told of an outcome. */
  static Object[] words(Outcome outcome) {
    if (outcome instanceof Done) {
      return new Object[] {"done", 0, ""};
    } else if (outcome instanceof Retry retry) {
      return new Object[] {"retry", retry.delay().toMillis(), retry.error()};
    } else if (outcome instanceof Dead dead) {
      return new Object[] {"dead", 0, dead.error()};
    } else if (outcome instanceof HandBack back) {
      return new Object[] {"back", back.delay().toMillis(), ""};
    } else if (outcome instanceof Discarded) {
      return new Object[] {"drop", 0, ""};
    }
    throw new IllegalStateException("Unknown outcome " + outcome);
  }
}
