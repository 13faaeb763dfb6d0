package dev.sluice.cache;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import jakarta.ws.rs.core.HttpHeaders;

/** The cookies that the current request's response sets through the servlet API. */
final class ServletCookies {

  private final HttpServletRequest request;
  private final HttpServletResponse response;

  /** Both are proxies for those of the current request. */
  ServletCookies(HttpServletRequest request, HttpServletResponse response) {
    this.request = request;
    this.response = response;
  }

  /** Whether a cookie was added, or a session was created, whose cookie may follow later. */
  boolean areSet() {
    HttpSession session = request.getSession(false);
    return (session != null && session.isNew())
        || SetCookieFilter.hasNoted(request)
        || !response.getHeaders(HttpHeaders.SET_COOKIE).isEmpty();
  }
}
