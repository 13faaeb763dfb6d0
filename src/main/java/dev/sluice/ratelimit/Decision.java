package dev.sluice.ratelimit;

import java.time.Duration;
import java.util.List;

/** The outcome for one request. */
public sealed interface Decision permits Decision.Permitted, Decision.Refused {

  /** Returns the state of each enforced limit; empty if the store was unavailable. */
  List<WindowState> windows();

  /** Every limit admits the request, and is charged. */
  record Permitted(List<WindowState> windows) implements Decision {}

  /**
   * At least one limit refuses the request; none is charged.
   *
   * @param retryAfter when the same request may be admitted, if no other is until then
   * @param source what refused
   */
  record Refused(Reason reason, List<WindowState> windows, Duration retryAfter, Source source)
      implements Decision {

    Refused(Reason reason, List<WindowState> windows, Duration retryAfter) {
      this(reason, windows, retryAfter, Source.STORE);
    }

    /** The same refusal {@code elapsed} later, from the refusal cache. */
    Refused after(Duration elapsed) {
      List<WindowState> later = windows.stream().map(window -> window.after(elapsed)).toList();
      return new Refused(reason, later, retryAfter.minus(elapsed), Source.REFUSAL_CACHE);
    }
  }

  /** Why a request is refused. */
  enum Reason {
    /** It exceeds a limit. */
    QUOTA_EXCEEDED,
    /** The store is unavailable, and the policy is {@link OutagePolicy#FAIL_CLOSED}. */
    STORE_UNAVAILABLE
  }

  /** What refused a request. */
  enum Source {
    /** The store, or the {@link OutagePolicy} while it is unavailable. */
    STORE,
    /** This node's memory of a refusal by the store. */
    REFUSAL_CACHE
  }
}
