package dev.sluice.http;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;

/**
 * The end of a request's processing: the return of the filter chain or, for an asynchronous
 * request, its completion. A filter calls {@link #whenOver} after the chain.
 */
public final class RequestEnd {

  private RequestEnd() {}

  /**
   * Runs {@code action} at once, or when the asynchronous processing of {@code request} completes.
   */
  public static void whenOver(ServletRequest request, ServletResponse response, Runnable action) {
    if (!waits(request, response, action)) {
      action.run();
    }
  }

  /** Whether the action will be run by the thread that completes the request. */
  private static boolean waits(ServletRequest request, ServletResponse response, Runnable action) {
    if (!request.isAsyncStarted()) {
      return false;
    }
    try {
      request.getAsyncContext().addListener(new Completion(action), request, response);
      return true;
    } catch (IllegalStateException e) {
      return false; // completed since
    }
  }

  private record Completion(Runnable action) implements AsyncListener {

    @Override
    public void onComplete(AsyncEvent event) {
      action.run();
    }

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onError(AsyncEvent event) {}

    /** A dispatch starts asynchronous processing again, without listeners. */
    @Override
    public void onStartAsync(AsyncEvent event) {
      event
          .getAsyncContext()
          .addListener(this, event.getSuppliedRequest(), event.getSuppliedResponse());
    }
  }
}
