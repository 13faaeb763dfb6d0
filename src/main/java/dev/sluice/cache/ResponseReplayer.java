package dev.sluice.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.cache.store.CacheEntry;
import dev.sluice.cache.store.Header;
import dev.sluice.http.Problem;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Locale;
import java.util.Optional;

/** Makes an entry, or a problem, the answer to a request. */
final class ResponseReplayer {

  private ResponseReplayer() {}

  /** The entry, or what the request's preconditions make of it. */
  static void send(
      CacheEntry entry, ContainerRequestContext request, ContainerResponseContext response) {
    MultivaluedMap<String, Object> headers = response.getHeaders();
    entry.headers().forEach(header -> headers.remove(header.name()));
    response.setStatus(entry.status());
    Optional<String> type = entry.header(HttpHeaders.CONTENT_TYPE);
    if (type.isPresent()) {
      response.setEntity(
          entry.body(), response.getEntityAnnotations(), MediaType.valueOf(type.get()));
    } else {
      response.setEntity(null);
    }
    for (Header header : entry.headers()) {
      if (!header.name().equalsIgnoreCase(HttpHeaders.CONTENT_TYPE)) {
        headers.add(header.name(), header.value());
      }
    }
    if (entry.status() / 100 == 2) {
      answerConditionally(entry, request, response);
    }
  }

  private static void answerConditionally(
      CacheEntry entry, ContainerRequestContext request, ContainerResponseContext response) {
    switch (new Preconditions(request::getHeaderString)
        .evaluate(entry.header(HttpHeaders.ETAG), entry.header(HttpHeaders.LAST_MODIFIED))) {
      case SEND -> {}
      case NOT_MODIFIED -> {
        response.setStatus(304);
        response.setEntity(null);
        response.getHeaders().keySet().removeIf(ResponseReplayer::isOfTheContent);
      }
      case FAILED -> {
        response.getHeaders().keySet().removeIf(ResponseReplayer::isOfTheContent);
        send(
            Problem.of(412, "The resource is not in the state that the request asks for."),
            response);
      }
    }
  }

  private static boolean isOfTheContent(String field) {
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
