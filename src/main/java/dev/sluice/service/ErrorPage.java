package dev.sluice.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.http.Problem;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.regex.Pattern;

/**
 * The page that web.xml names for errors: a problem for what the container or the implementation of
 * Jakarta REST rejects before any mapper runs, such as a malformed header field.
 */
@WebServlet("/error")
public class ErrorPage extends HttpServlet {

  private static final long serialVersionUID = 1;

  /** RFC 9110, section 12.4.2. */
  private static final Pattern WEIGHT = Pattern.compile("0(\\.\\d{0,3})?|1(\\.0{0,3})?");

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Problem problem = problem(request);
    response.setStatus(problem.status());
    response.setContentType(Problem.MEDIA_TYPE.toString());
    response.setHeader("Cache-Control", "no-store");
    response.getOutputStream().write(problem.toJson().getBytes(UTF_8));
  }

  private static Problem problem(HttpServletRequest request) {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    Throwable error = (Throwable) request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
    if (status == null) { // requested by a client
      return Problem.of(404, ProblemMapper.detail(404));
    }
    if (error == null) {
      return Problem.of((int) status, ProblemMapper.detail((int) status));
    }
    // Thrown before a resource was found, so that no mapper was asked.
    return error instanceof ProcessingException || hasMalformedType(request)
        ? Problem.of(400, ProblemMapper.detail(400))
        : ProblemMapper.unexpected(error);
  }

  /** Whether the Content-Type cannot be parsed, or has a {@code q} that is no weight. */
  private static boolean hasMalformedType(HttpServletRequest request) {
    try {
      String type = request.getContentType();
      return type != null
          && !WEIGHT
              .matcher(MediaType.valueOf(type).getParameters().getOrDefault("q", "1"))
              .matches();
    } catch (IllegalArgumentException malformed) {
      return true;
    }
  }
}
