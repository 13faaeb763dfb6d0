package dev.sluice.background;

import dev.sluice.background.RequestTasks.Success;
import dev.sluice.lifecycle.FirstRequest;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;

/**
 * Releases a request's tasks when its response has been handed to the network. Outermost of all
 * filters; when the chain, or the asynchronous request, is over it flushes and closes the output
 * itself, since servers tell that a request is over before they write the last bytes.
 */
final class AfterResponseFilter implements Filter {

  private static final System.Logger LOG = System.getLogger(AfterResponseFilter.class.getName());

  private final FirstRequest firstRequest = new FirstRequest();

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Success success = Success.NO;
    try {
      chain.doFilter(request, response);
      success = Success.YES;
    } finally {
      if (request.getAttribute(RequestTasks.ATTRIBUTE) instanceof RequestTasks tasks
          && !(success == Success.YES && waits(request, response, tasks))) {
        end(tasks, (HttpServletResponse) response, success);
      }
    }
    firstRequest.after(request);
  }

  /** True if the answer comes from another thread; the tasks will be released when it has. */
  private static boolean waits(
      ServletRequest request, ServletResponse response, RequestTasks tasks) {
    if (!request.isAsyncStarted()) {
      return false;
    }
    try {
      request.getAsyncContext().addListener(new EndListener(tasks), request, response);
      return true;
    } catch (IllegalStateException e) {
      return false; // completed since
    }
  }

  private static void end(RequestTasks tasks, HttpServletResponse response, Success chain) {
    Success status = Success.of(response.getStatus());
    try {
      // Nothing to do, unless the request ended outside Jakarta REST.
      tasks.commit(chain == Success.NO ? Success.NO : status);
    } catch (TaskRejection e) {
      LOG.log(Level.ERROR, "Tasks of a request that was answered are lost", e);
    }
    // What broke a response that was on its way, such as a client that left, undoes nothing.
    Success success = chain == Success.NO && !response.isCommitted() ? Success.NO : status;
    // An empty error is left to the server, whose error page it may become.
    if (success == Success.YES || response.isCommitted()) {
      close(response);
    }
    tasks.release(success);
  }

  private static void close(HttpServletResponse response) {
    try {
      response.flushBuffer();
      response.getOutputStream().close();
    } catch (IOException | IllegalStateException e) {
      // The client has gone, or the output is closed or a writer: there is nothing to wait for.
      LOG.log(Level.DEBUG, "The response could not be closed", e);
    }
  }

  private record EndListener(RequestTasks tasks) implements AsyncListener {

    @Override
    public void onComplete(AsyncEvent event) {
      if (event.getSuppliedResponse() instanceof HttpServletResponse response) {
        end(tasks, response, Success.YES);
      }
    }

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onError(AsyncEvent event) {}

    /** A dispatch starts anew, without listeners. */
    @Override
    public void onStartAsync(AsyncEvent event) {
      event
          .getAsyncContext()
          .addListener(this, event.getSuppliedRequest(), event.getSuppliedResponse());
    }
  }
}
