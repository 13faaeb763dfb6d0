package dev.sluice.background;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.regex.Pattern.CASE_INSENSITIVE;

import dev.sluice.http.OuterFilters;
import dev.sluice.http.Problem;
import dev.sluice.lifecycle.ApplicationBeans;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Serves {@code GET} and {@code DELETE} of the tasks below {@code sluice.tasks.status-path}, where
 * that is set: a servlet filter, since the path is known at run time only.
 */
final class TaskStatusFilter extends HttpFilter {

  private static final long serialVersionUID = 1L;

  private static final long LONGEST_WAIT = 60;

  private static final Pattern WAIT =
      Pattern.compile("(?:^|,)\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*(?:[,;]|$)", CASE_INSENSITIVE);

  /** Attribute of a request that has waited: the seconds that it preferred. */
  private static final String WAITED = TaskStatusFilter.class.getName() + ".waited";

  private static final String ALLOWED = "GET, HEAD, DELETE, OPTIONS";

  private final transient Supplier<TaskSettings> settings =
      ApplicationBeans.atFirstUse(TaskSettings.class);

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Optional<String> id = taskId(request);
    if (id.isEmpty()) {
      chain.doFilter(request, response);
      return;
    }
    try {
      serve(request, id.get(), response);
    } catch (TaskRejectedException e) {
      response.setHeader("Retry-After", String.valueOf(e.retryAfter().toSeconds()));
      Problem.of(503, String.valueOf(e.getMessage())).sendTo(response);
    }
  }

  /** The path's last segment, if the others are the configured ones. */
  private Optional<String> taskId(HttpServletRequest request) {
    String path = OuterFilters.path(request);
    return settings
        .get()
        .statusPath()
        .map(prefix -> prefix + "/")
        .filter(prefix -> path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0)
        .map(prefix -> path.substring(prefix.length()))
        .filter(id -> !id.isEmpty());
  }

  private static void serve(HttpServletRequest request, String id, HttpServletResponse response)
      throws IOException {
    TaskQueue queue = ApplicationBeans.get(TaskQueue.class);
    switch (request.getMethod()) {
      case "GET", "HEAD" -> {
        Optional<TaskStatus> status = TaskId.parse(id).flatMap(queue::find);
        if (status.isEmpty()
            || status.get().state().isEnd()
            || !waits(request, status.get().id())) {
          if (request.getAttribute(WAITED) instanceof Long seconds) {
            response.setHeader("Preference-Applied", "wait=" + seconds);
          }
          send(status, response);
        }
      }
      case "DELETE" -> {
        Optional<TaskStatus> status = TaskId.parse(id).flatMap(queue::cancel);
        if (status.filter(each -> each.state() == TaskStatus.State.RUNNING).isPresent()) {
          response.setStatus(HttpServletResponse.SC_ACCEPTED); // its node has been asked
        }
        send(status, response);
      }
      case "OPTIONS" -> {
        response.setHeader("Allow", ALLOWED);
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
      }
      default -> {
        response.setHeader("Allow", ALLOWED);
        Problem.of(405, "A task is read by GET and cancelled by DELETE.").sendTo(response);
      }
    }
  }

  /**
   * Holds the response until the task ends, if the client prefers that (RFC 7240). The request is
   * then dispatched again, to this filter.
   */
  private static boolean waits(HttpServletRequest request, TaskId id) {
    long seconds = preferredWait(request.getHeaders("Prefer"));
    TaskWaits waits = ApplicationBeans.get(TaskRuntime.class).waits();
    if (seconds == 0
        || request.getAttribute(WAITED) != null
        || !request.isAsyncSupported()
        || waits.isFull()) {
      return false;
    }
    request.setAttribute(WAITED, seconds);
    AsyncContext held = request.startAsync();
    held.setTimeout(Duration.ofSeconds(2 * LONGEST_WAIT).toMillis()); // never ends it before us
    waits.add(id, Duration.ofSeconds(seconds), held::dispatch);
    return true;
  }

  /** The seconds of a preference "wait", {@value #LONGEST_WAIT} at the most; 0 without one. */
  static long preferredWait(Enumeration<String> fields) {
    Matcher wait = WAIT.matcher(String.join(",", Collections.list(fields)));
    return wait.find() ? Math.min(LONGEST_WAIT, Long.parseLong(wait.group(1))) : 0;
  }

  private static void send(Optional<TaskStatus> status, HttpServletResponse response)
      throws IOException {
    if (status.isPresent()) {
      send(TaskStatusJson.of(status.get()), response);
    } else {
      Problem.of(404, "There is no such task, or it has been forgotten.").sendTo(response);
    }
  }

  private static void send(String body, HttpServletResponse response) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    response.setHeader("Cache-Control", "no-store");
    response.setContentType("application/json");
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}
