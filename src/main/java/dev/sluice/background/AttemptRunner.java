package dev.sluice.background;

import dev.sluice.background.Completion.Dead;
import dev.sluice.background.Completion.Done;
import dev.sluice.background.Completion.HandBack;
import dev.sluice.background.Completion.Outcome;
import dev.sluice.background.Completion.Retry;
import dev.sluice.background.TaskInvoker.MissingHandlerException;
import dev.sluice.background.TaskInvoker.UnreadablePayloadException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Makes attempts at tasks, and says how each is to end. */
final class AttemptRunner {

  private static final System.Logger LOG = System.getLogger(AttemptRunner.class.getName());

  /** Between two looks at a task that this deployment cannot run; another one may, meanwhile. */
  private static final Duration UNTIL_HANDLER_APPEARS = Duration.ofSeconds(5);

  private static final int LONGEST_ERROR = 1000;

  private final TaskInvoker invoker;
  private final RetrySchedule retries;
  private final Set<String> missing = ConcurrentHashMap.newKeySet();

  AttemptRunner(TaskInvoker invoker, RetrySchedule retries) {
    this.invoker = invoker;
    this.retries = retries;
  }

  /** Makes one, on the calling thread. */
  Outcome make(Lease task) {
    Claim claim = task.claim();
    try {
      invoker.invoke(claim.task(), claim.context());
      return task.isTimedOut() ? failed(task, new InterruptedException()) : new Done();
    } catch (MissingHandlerException e) {
      boolean isNews = missing.add(claim.task().handler()); // its tasks come again and again
      LOG.log(
          isNews ? Level.WARNING : Level.DEBUG,
          "{0}: {1}; kept for one that has it",
          claim,
          e.getMessage());
      return new HandBack(UNTIL_HANDLER_APPEARS);
    } catch (UnreadablePayloadException e) {
      LOG.log(Level.ERROR, claim + " is dead", e);
      return new Dead(describe(e));
    } catch (Throwable e) { // an Error too is only this attempt's: the thread serves others
      return failed(task, e);
    }
  }

  private Outcome failed(Lease task, Throwable cause) {
    Claim claim = task.claim();
    String error =
        task.isTimedOut()
            ? "timed out after " + claim.task().timeout().orElseThrow()
            : describe(cause);
    if (claim.isLastAttempt()) {
      LOG.log(Level.ERROR, claim + " is dead after attempt " + claim.attempt(), cause);
      return new Dead(error);
    }
    Duration delay = retries.after(claim.attempt());
    LOG.log(
        Level.WARNING,
        "{0} failed in attempt {1} of {2}, next in {3}: {4}",
        claim,
        claim.attempt(),
        claim.task().maxAttempts(),
        delay,
        error);
    return new Retry(delay, error);
  }

  private static String describe(Throwable error) {
    String text = error.toString();
    return text.length() <= LONGEST_ERROR ? text : text.substring(0, LONGEST_ERROR) + "…";
  }
}
