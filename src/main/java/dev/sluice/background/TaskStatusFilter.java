package dev.sluice.background;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.http.OuterFilters;
import dev.sluice.http.Problem;
import dev.sluice.lifecycle.ApplicationBeans;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code GET} and {@code DELETE} of the tasks below {@code sluice.tasks.status-path}, where
 * that is set: a servlet filter, since the path is known at run time only.
 */
final class TaskStatusFilter extends HttpFilter {

  private static final long serialVersionUID = 1L;

  private static final String ALLOWED = "GET, HEAD, DELETE, OPTIONS";

  /** Read at the first request: CDI may start after this filter. */
  private transient volatile @Nullable TaskSettings settings;

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
      serve(request.getMethod(), id.get(), response);
    } catch (TaskRejectedException e) {
      response.setHeader("Retry-After", String.valueOf(e.retryAfter().toSeconds()));
      Problem.of(503, String.valueOf(e.getMessage())).sendTo(response);
    }
  }

  /** The path's last segment, if the others are the configured ones. */
  private Optional<String> taskId(HttpServletRequest request) {
    TaskSettings known = settings;
    if (known == null) {
      known = ApplicationBeans.get(TaskSettings.class);
      settings = known;
    }
    String path = OuterFilters.path(request);
    return known
        .statusPath()
        .map(prefix -> prefix + "/")
        .filter(prefix -> path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0)
        .map(prefix -> path.substring(prefix.length()))
        .filter(id -> !id.isEmpty());
  }

  private static void serve(String method, String id, HttpServletResponse response)
      throws IOException {
    TaskQueue queue = ApplicationBeans.get(TaskQueue.class);
    switch (method) {
      case "GET", "HEAD" -> send(TaskId.parse(id).flatMap(queue::find), response);
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
