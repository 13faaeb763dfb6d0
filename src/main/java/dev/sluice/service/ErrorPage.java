package dev.sluice.service;

import dev.sluice.http.Problem;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.ProcessingException;
import java.io.IOException;

/**
 * The page that web.xml names for errors: a problem for what the container or the implementation of
 * Jakarta REST rejects before any mapper runs, such as a malformed header field.
 */
@WebServlet("/error")
public class ErrorPage extends HttpServlet {

  private static final long serialVersionUID = 1;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    problem(request).sendTo(response);
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
    // Jersey throws it for a field that it cannot parse, before a resource is found and a mapper
    // asked.
    return error instanceof ProcessingException
        ? Problem.of(400, ProblemMapper.detail(400))
        : ProblemMapper.problem(error);
  }
}
