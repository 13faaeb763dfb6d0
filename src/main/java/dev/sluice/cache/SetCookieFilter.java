package dev.sluice.cache;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;

/**
 * Notes whether a response sets cookies by the servlet API. WildFly and Open Liberty do not show
 * them among the response's fields before they send it.
 */
final class SetCookieFilter implements Filter {

  private static final String NOTE = SetCookieFilter.class.getName();

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Note note = request.getAttribute(NOTE) instanceof Note before ? before : new Note();
    request.setAttribute(NOTE, note);
    chain.doFilter(request, new NotingResponse((HttpServletResponse) response, note));
  }

  /** Whether a cookie was set so far, as far as this filter stands before the application. */
  static boolean hasNoted(ServletRequest request) {
    return request.getAttribute(NOTE) instanceof Note note && note.setsCookie;
  }

  /** What is known of the response of one request, also after an asynchronous dispatch. */
  private static final class Note {
    private volatile boolean setsCookie;
  }

  private static final class NotingResponse extends HttpServletResponseWrapper {

    private final Note note;

    NotingResponse(HttpServletResponse response, Note note) {
      super(response);
      this.note = note;
    }

    @Override
    public void addCookie(Cookie cookie) {
      note.setsCookie = true;
      super.addCookie(cookie);
    }

    @Override
    public void addHeader(String name, String value) {
      note(name);
      super.addHeader(name, value);
    }

    @Override
    public void setHeader(String name, String value) {
      note(name);
      super.setHeader(name, value);
    }

    private void note(String name) {
      if (HttpHeaders.SET_COOKIE.equalsIgnoreCase(name)) {
        note.setsCookie = true;
      }
    }

    @Override
    public void reset() {
      super.reset();
      note.setsCookie = false;
    }
  }
}
