package dev.sluice.service;

import dev.sluice.http.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.Json;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger.Level;
import java.net.URISyntaxException;
import java.util.UUID;

/**
 * Every error that no feature maps, as a problem: the framework's own, and what nobody expected.
 */
@Provider
@ApplicationScoped
public class ProblemMapper implements ExceptionMapper<Throwable> {

  private static final System.Logger LOG = System.getLogger(ProblemMapper.class.getName());

  @Override
  public Response toResponse(Throwable error) {
    return error instanceof WebApplicationException failure
        ? withProblem(failure.getResponse())
        : problem(error).toResponse().build();
  }

  /** Returns the response, with a problem as its body where an error has none. */
  private static Response withProblem(Response response) {
    if (response.hasEntity() || response.getStatus() < 400) {
      return response;
    }
    Response.ResponseBuilder problem =
        Problem.of(response.getStatus(), detail(response)).toResponse();
    response
        .getHeaders()
        .forEach((name, values) -> values.forEach(value -> problem.header(name, value)));
    return problem.type(Problem.MEDIA_TYPE).build();
  }

  private static String detail(Response response) {
    return response.getStatus() == 405
        ? "The method is not allowed here; allowed: "
            + response.getHeaderString(HttpHeaders.ALLOW)
            + "."
        : detail(response.getStatus());
  }

  /** What a status says of the request. */
  static String detail(int status) {
    return switch (status) {
      case 400 -> "The request is malformed.";
      case 401 -> "The request needs credentials.";
      case 403 -> "The credentials do not allow this.";
      case 404 -> "There is no such resource.";
      case 405 -> "The method is not allowed here.";
      case 406 -> "The resource has no representation that the Accept headers allow.";
      case 415 -> "The resource does not take a body of this Content-Type.";
      case 503 -> "The service cannot do this at the moment.";
      case 413, 414, 431 -> "The request is too large.";
      default -> "The request failed.";
    };
  }

  /**
   * What a client is told of an error; a URI that RESTEasy cannot parse is the client's mistake.
   */
  static Problem problem(Throwable error) {
    return error.getCause() instanceof URISyntaxException
        ? Problem.of(400, detail(400))
        : unexpected(error);
  }

  /**
   * The log has the error under the id that the response names; the response has neither its text
   * nor its class.
   */
  private static Problem unexpected(Throwable error) {
    String id = "urn:uuid:" + UUID.randomUUID();
    LOG.log(Level.ERROR, "Unexpected error " + id, error);
    return Problem.of(
            500, "Something went wrong on the server; its log has the details under " + id + ".")
        .with("instance", Json.createValue(id));
  }
}
