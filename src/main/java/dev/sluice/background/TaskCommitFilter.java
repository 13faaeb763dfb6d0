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
        answer(response, TaskRejectedException.answer(e));
      }
    }
  }

  private static void answer(ContainerResponseContext response, Response refusal) {
    MultivaluedMap<String, Object> headers = response.getHeaders();
    headers.remove(HttpHeaders.ETAG);
    headers.remove(HttpHeaders.LAST_MODIFIED);
    headers.remove(HttpHeaders.LOCATION);
    headers.putAll(refusal.getHeaders());
    response.setStatus(refusal.getStatus());
    response.setEntity(refusal.getEntity(), NO_ANNOTATIONS, refusal.getMediaType());
  }
}
