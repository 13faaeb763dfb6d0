package dev.sluice.background;

import dev.sluice.background.RequestTasks.Success;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.lang.annotation.Annotation;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Writes the tasks of a request, in one call, before its response is committed, and links to them;
 * a response that promises what was rejected becomes a 503. Runs after all other response filters,
 * which may still change the status.
 */
final class TaskCommitFilter implements ContainerResponseFilter {

  /** Response filters run from the highest priority to the lowest. */
  static final int LAST = 1;

  private static final Annotation[] NO_ANNOTATIONS = {};

  /** Links to more tasks could fill the header. */
  private static final int MOST_LINKS = 10;

  private final Optional<String> statusPath;

  /**
   * @param statusPath path of the tasks' states, from the root of the server
   */
  TaskCommitFilter(Optional<String> statusPath) {
    this.statusPath = statusPath;
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (request.getProperty(RequestTasks.ATTRIBUTE) instanceof RequestTasks tasks) {
      try {
        tasks.commit(Success.of(response.getStatus()));
        statusPath.ifPresent(path -> link(request, response, path, tasks.writtenIds()));
      } catch (TaskRejection e) {
        respond(response, TaskRejectedException.respond(e));
      }
    }
  }

  private static void link(
      ContainerRequestContext request,
      ContainerResponseContext response,
      String path,
      List<TaskId> ids) {
    if (ids.size() <= MOST_LINKS) {
      for (TaskId id : ids) {
        URI uri = request.getUriInfo().getBaseUri().resolve(path + "/" + id);
        response.getHeaders().add(HttpHeaders.LINK, "<" + uri + ">; rel=\"status\"");
      }
    }
  }

  private static void respond(ContainerResponseContext response, Response rejection) {
    MultivaluedMap<String, Object> headers = response.getHeaders();
    headers.remove(HttpHeaders.ETAG);
    headers.remove(HttpHeaders.LAST_MODIFIED);
    headers.remove(HttpHeaders.LOCATION);
    headers.putAll(rejection.getHeaders());
    response.setStatus(rejection.getStatus());
    response.setEntity(rejection.getEntity(), NO_ANNOTATIONS, rejection.getMediaType());
  }
}
