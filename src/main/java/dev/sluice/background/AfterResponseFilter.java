package dev.sluice.background;

import dev.sluice.background.RequestTasks.Success;
import dev.sluice.http.RequestEnd;
import dev.sluice.lifecycle.FirstRequest;
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
 * filters; when the chain, or the asynchronous request, is over it closes the output itself, since
 * servers tell that a request is over before they write the last bytes.
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
          && response instanceof HttpServletResponse sent) {
        if (success == Success.YES) {
          RequestEnd.whenOver(request, response, () -> end(tasks, sent, Success.YES));
        } else {
          end(tasks, sent, Success.NO);
        }
      }
    }
    firstRequest.after(request);
  }

  private static void end(RequestTasks tasks, HttpServletResponse response, Success chain) {
    Success status = Success.of(response.getStatus());
    try {
      // Nothing to do, unless the request ended outside Jakarta REST.
      tasks.commit(chain == Success.NO ? Success.NO : status);
    } catch (TaskRejection e) {
      LOG.log(Level.ERROR, "Tasks of a request that has its response are lost", e);
    }
    // What broke a response that was on its way, such as a client that left, undoes nothing.
    Success success = chain == Success.NO && !response.isCommitted() ? Success.NO : status;
    // An empty error is left to the server, whose error page it may become.
    if (success == Success.YES || response.isCommitted()) {
      close(response);
    }
    tasks.release(success);
  }

  /** Sends what is buffered. Without a flush before, the server still adds the Content-Length. */
  private static void close(HttpServletResponse response) {
    try {
      response.getOutputStream().close();
    } catch (IllegalStateException e) {
      closeWriter(response);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "The response could not be closed", e); // the client has gone
    }
  }

  /** The output is a writer, or closed. */
  private static void closeWriter(HttpServletResponse response) {
    try {
      response.getWriter().close();
    } catch (IOException | IllegalStateException e) {
      LOG.log(Level.DEBUG, "The response could not be closed", e);
    }
  }
}
