package dev.sluice.lifecycle;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.Application;

/** Notices the first request to Jakarta REST in a web module. */
public final class FirstRequest {

  private volatile boolean noticed;

  /** To be called when a request is over, inside of its web module. */
  public void after(ServletRequest request) {
    if (!noticed && request instanceof HttpServletRequest http && isForJakartaRest(http)) {
      noticed = true;
      ApplicationBeans.get(ApplicationLifecycle.class).serve();
    }
  }

  /** Whether it was mapped to a servlet with the name of an application, as Jakarta REST has it. */
  private static boolean isForJakartaRest(HttpServletRequest request) {
    String servlet = request.getHttpServletMapping().getServletName();
    try {
      return servlet != null
          && Application.class.isAssignableFrom(
              Class.forName(servlet, false, Thread.currentThread().getContextClassLoader()));
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
