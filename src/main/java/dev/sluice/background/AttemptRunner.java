package dev.sluice.background;

import dev.sluice.background.Completion.Cancelled;
import dev.sluice.background.Completion.Dead;
import dev.sluice.background.Completion.Done;
import dev.sluice.background.Completion.HandBack;
import dev.sluice.background.Completion.Outcome;
import dev.sluice.background.Completion.Parked;
import dev.sluice.background.Completion.Retry;
import dev.sluice.background.TaskEvent.Kind;
import dev.sluice.background.TaskInvoker.MissingHandlerException;
import dev.sluice.background.TaskInvoker.UnreadablePayloadException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Makes attempts at tasks, and decides how each is to end. */
final class AttemptRunner {

  private static final System.Logger LOG = System.getLogger(AttemptRunner.class.getName());

  private static final int LONGEST_ERROR = 1000;

  private final TaskInvoker invoker;
  private final Set<String> missing = ConcurrentHashMap.newKeySet();

  AttemptRunner(TaskInvoker invoker) {
    this.invoker = invoker;
  }

  /** Makes one, on the calling thread. */
  Outcome make(Lease lease) {
    Outcome outcome = attempt(lease);
    if (outcome instanceof Done) {
      fire(Kind.SUCCEEDED, lease, Optional.empty());
    } else if (outcome instanceof Retry retry) {
      fire(Kind.FAILED, lease, Optional.of(retry.error()));
    } else if (outcome instanceof Dead dead) {
      fire(Kind.DEAD, lease, Optional.of(dead.error()));
    }
    return outcome;
  }

  private void fire(Kind kind, Lease lease, Optional<String> error) {
    invoker.fire(new TaskEvent(kind, lease.id(), lease.task().handler(), lease.attempt(), error));
  }

  private Outcome attempt(Lease lease) {
    AttemptContext context = new AttemptContext(lease);
    try {
      if (lease.isExhausted()) {
        String reason = "its node died in attempt " + lease.task().maxAttempts();
        LOG.log(Level.ERROR, "{0} is dead: {1}", lease, reason);
        return new Dead(reason);
      }
      invoker.invoke(lease.task(), lease.payload().orElseThrow(), context);
      return returned(lease, context);
    } catch (MissingHandlerException e) {
      boolean isNews = missing.add(lease.task().handler()); // there may be thousands
      LOG.log(
          isNews ? Level.WARNING : Level.DEBUG,
          "{0}: {1}; kept for a node that has it",
          lease,
          e.getMessage());
      return new Parked();
    } catch (UnreadablePayloadException e) {
      LOG.log(Level.ERROR, lease + " is dead", e);
      return new Dead(describe(e));
    } catch (Throwable e) { // an Error too is only this attempt's: the thread serves others
      return lease.isCancelled() ? new Cancelled() : failed(lease, e);
    }
  }

  /** An attempt that was interrupted has not succeeded, whatever its handler made of that. */
  private Outcome returned(Lease lease, AttemptContext context) {
    if (context.isCancellationSeen()) {
      return new Cancelled();
    } else if (lease.isTimedOut()) {
      return failed(lease, new InterruptedException());
    } else if (lease.isStopped()) {
      return new HandBack(Duration.ZERO);
    }
    return context.postponed().<Outcome>map(HandBack::new).orElseGet(Done::new);
  }

  private Outcome failed(Lease lease, Throwable cause) {
    if (lease.isStopped() && !lease.isTimedOut()) {
      return new HandBack(Duration.ZERO);
    }
    RetryPolicy policy = invoker.retryPolicy(lease.task().handler());
    String error =
        lease.isTimedOut()
            ? "timed out after " + lease.task().timeout().orElseThrow()
            : describe(cause);
    if (lease.isLastAttempt() || policy.isFinal(cause)) {
      LOG.log(Level.ERROR, lease + " is dead after attempt " + lease.attempt(), cause);
      return new Dead(error);
    }
    Duration delay = policy.schedule().after(lease.attempt());
    LOG.log(
        Level.WARNING,
        "{0} failed in attempt {1} of {2}, next in {3}: {4}",
        lease,
        lease.attempt(),
        lease.task().maxAttempts(),
        delay,
        error);
    return new Retry(delay, error);
  }

  private static String describe(Throwable error) {
    String text = error.toString();
    return text.length() <= LONGEST_ERROR ? text : text.substring(0, LONGEST_ERROR) + "…";
  }
}
