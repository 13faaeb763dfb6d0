package dev.sluice.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.cache.store.CacheEntry;
import dev.sluice.http.Problem;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Locale;
import java.util.Optional;

/** Turns an entry, or a problem, into the response to a request. */
final class ResponseReplayer {

  static final Problem FAILED_PRECONDITION =
      Problem.of(412, "The resource is not in the state that the request asks for.");

  private ResponseReplayer() {}

  /** Sends the entry, or what the request's preconditions demand in its place. */
  static void send(
      CacheEntry entry, ContainerRequestContext request, ContainerResponseContext response) {
    response.setStatus(entry.status());
    Optional<MediaType> type = StoredResponse.of(entry).type();
    if (type.isPresent()) {
      response.setEntity(entry.body(), response.getEntityAnnotations(), type.get());
    } else {
      response.setEntity(null);
    }
    complete(entry, request, response);
  }

  /** The same for the response from which the entry was made, whose entity is kept. */
  static void complete(
      CacheEntry entry, ContainerRequestContext request, ContainerResponseContext response) {
    StoredResponse stored = StoredResponse.of(entry);
    MultivaluedMap<String, Object> headers = response.getHeaders();
    stored.headers().forEach(header -> headers.remove(header.name()));
    stored.headers().forEach(header -> headers.add(header.name(), header.value()));
    if (entry.status() / 100 == 2) {
      evaluatePreconditions(stored, request, response);
    }
  }

  private static void evaluatePreconditions(
      StoredResponse stored, ContainerRequestContext request, ContainerResponseContext response) {
    switch (new Preconditions(request::getHeaderString)
        .evaluate(stored.etag(), stored.lastModified())) {
      case SEND -> {}
      case NOT_MODIFIED -> {
        response.setStatus(304);
        response.setEntity(null);
        response.getHeaders().keySet().removeIf(ResponseReplayer::describesContent);
      }
      case FAILED -> {
        response.getHeaders().keySet().removeIf(ResponseReplayer::describesContent);
        send(FAILED_PRECONDITION, response);
      }
    }
  }

  /** Whether a field is about the content, which a response without it does not have. */
  static boolean describesContent(String field) {
    String name = field.toLowerCase(Locale.ROOT);
    return name.startsWith("content-") && !name.equals("content-location");
  }

  static void send(Problem problem, ContainerResponseContext response) {
    response.setStatus(problem.status());
    response.setEntity(
        problem.toJson().getBytes(UTF_8), response.getEntityAnnotations(), Problem.MEDIA_TYPE);
    response.getHeaders().putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
  }
}
