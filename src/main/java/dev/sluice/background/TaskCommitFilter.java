package dev.sluice.background;

import dev.sluice.background.RequestTasks.Success;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.lang.annotation.Annotation;

/**
 * Writes the tasks of a request, in one call, before its response is committed; a response that
 * promises what was refused becomes a 503. Runs after all other response filters, which may still
 * change the status.
 */
final class TaskCommitFilter implements ContainerResponseFilter {

  /** Response filters run from the highest priority to the lowest. */
  static final int LAST = 1;

  private static final Annotation[] NO_ANNOTATIONS = {};

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (request.getProperty(RequestTasks.ATTRIBUTE) instanceof RequestTasks tasks) {
      try {
        tasks.commit(Success.of(response.getStatus()));
      } catch (TaskRejection e) {
        respond(response, TaskRejectedException.respond(e));
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
