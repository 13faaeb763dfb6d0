package dev.sluice.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.background.TaskRejectedException;
import dev.sluice.http.OuterFilters;
import dev.sluice.http.Problem;
import dev.sluice.lifecycle.ApplicationBeans;
import dev.sluice.ops.OpsAccess.Caller;
import dev.sluice.ops.OpsAccess.Right;
import jakarta.json.JsonObject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.Principal;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Serves the dashboard and the operations API below {@code sluice.ops.path}, where that is set:
 * views by {@code GET}, actions by {@code POST}. A servlet filter, since the path is known at run
 * time only.
 */
final class OpsFilter extends HttpFilter {

  private static final long serialVersionUID = 1L;

  /** Its name is the log's of what was changed, and of who tried. */
  private static final System.Logger AUDIT = System.getLogger("dev.sluice.ops.audit");

  private final transient Supplier<OpsSettings> settings =
      ApplicationBeans.atFirstUse(OpsSettings.class);

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    OpsSettings known = settings.get();
    String path = OuterFilters.path(request);
    Optional<String> root =
        known.path().filter(each -> path.equals(each) || path.startsWith(each + "/"));
    if (root.isEmpty()) {
      chain.doFilter(request, response);
      return;
    }
    response.setHeader("X-Content-Type-Options", "nosniff");
    Right right = new OpsAccess(known).of(Caller.of(request));
    String below = path.substring(root.get().length());
    if (below.isEmpty()) {
      response.setHeader("Location", request.getRequestURI() + "/");
      response.setStatus(HttpServletResponse.SC_MOVED_PERMANENTLY);
    } else if (below.startsWith("/api/")) {
      serve(below.substring("/api/".length()), right, request, response);
    } else if (right == Right.NONE && known.token().isEmpty()) { // with a token, it asks for it
      refuse(request, response, known);
    } else {
      Dashboard.send(below.substring(1), response);
    }
  }

  private void serve(
      String name, Right right, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    boolean isAction = request.getMethod().equals("POST");
    if (right == Right.NONE || (isAction && right != Right.CHANGE)) {
      refuse(request, response, settings.get());
    } else if (isAction) {
      act(name, request, response);
    } else if (request.getMethod().equals("GET") || request.getMethod().equals("HEAD")) {
      send(() -> api().view(name), response);
    } else {
      response.setHeader("Allow", "GET, HEAD, POST");
      Problem.of(405, "Views are read by GET, and actions taken by POST.").sendTo(response);
    }
  }

  private static OpsApi api() {
    return ApplicationBeans.get(OpsApi.class);
  }

  private static void refuse(
      HttpServletRequest request, HttpServletResponse response, OpsSettings settings)
      throws IOException {
    if (request.getMethod().equals("POST")) {
      audit(Level.WARNING, "refused", request);
    }
    if (settings.token().isPresent()) {
      response.setHeader("WWW-Authenticate", "Bearer realm=\"sluice\"");
      Problem.of(401, "This needs the token of sluice.ops.token.").sendTo(response);
    } else {
      Problem.of(
              403,
              "Views need the role of sluice.ops.role, or without one a request of this machine"
                  + " itself; actions need the role, and the field X-Requested-With.")
          .sendTo(response);
    }
  }

  private static void act(String name, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Map<String, String[]> parameters = request.getParameterMap();
    audit(Level.INFO, "requested", request);
    send(() -> api().act(name, parameters), response);
  }

  private interface Work {
    Optional<JsonObject> run();
  }

  private static void send(Work work, HttpServletResponse response) throws IOException {
    try {
      Optional<JsonObject> result = work.run();
      if (result.isPresent()) {
        byte[] body = result.get().toString().getBytes(UTF_8);
        response.setHeader("Cache-Control", "no-store");
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
      } else {
        Problem.of(404, "There is no such view or action.").sendTo(response);
      }
    } catch (IllegalArgumentException e) {
      Problem.of(400, String.valueOf(e.getMessage())).sendTo(response);
    } catch (TaskRejectedException | IllegalStateException e) {
      response.setHeader("Retry-After", "1");
      Problem.of(503, String.valueOf(e.getMessage())).sendTo(response);
    }
  }

  /** No parameter can end the line: it would forge another. */
  private static void audit(Level level, String what, HttpServletRequest request) {
    Principal user = request.getUserPrincipal();
    String parameters =
        request.getParameterMap().entrySet().stream()
            .map(each -> each.getKey() + "=" + String.join(",", each.getValue()))
            .sorted()
            .collect(Collectors.joining("&"));
    String line =
        String.join(
            " ",
            what,
            OuterFilters.path(request) + "?" + parameters,
            "by",
            user == null ? "no user" : user.getName(),
            "from",
            request.getRemoteAddr());
    AUDIT.log(level, line.replaceAll("\\p{Cntrl}", "?"));
  }
}
