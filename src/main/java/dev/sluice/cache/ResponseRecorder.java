package dev.sluice.cache;

import dev.sluice.cache.store.Header;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Providers;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns the response of a method into fields and bytes, with the server's own writers. */
final class ResponseRecorder {

  /** Fields whose URIs may be relative to the request's. */
  private static final Set<String> REFERENCES = Set.of("location", "content-location", "link");

  private final Providers providers;
  private final int maxBytes;

  ResponseRecorder(Providers providers, int maxBytes) {
    this.providers = providers;
    this.maxBytes = maxBytes;
  }

  /** Encodes the entity, and stops at the bound. */
  BodyBuffer body(ContainerResponseContext response) throws IOException {
    return response.getEntity() == null
        ? new BodyBuffer(maxBytes)
        : body(
            new Entity(
                response.getEntity(),
                response.getEntityType(),
                response.getEntityAnnotations(),
                response.getMediaType(),
                response.getHeaders()));
  }

  /**
   * What a writer encodes.
   *
   * @param fields to which the writer adds its own
   */
  @SuppressWarnings("ArrayRecordComponent") // as Jakarta REST has it
  record Entity(
      Object value,
      Type type,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, Object> fields) {}

  /** Encodes the entity, and stops at the bound. */
  BodyBuffer body(Entity entity) throws IOException {
    BodyBuffer body = new BodyBuffer(maxBytes);
    try {
      write(entity, entity.value().getClass(), body);
    } catch (IOException | RuntimeException e) {
      if (!body.isTooLarge()) {
        throw e;
      }
    }
    return body;
  }

  private <T> void write(Entity entity, Class<T> type, BodyBuffer body) throws IOException {
    MessageBodyWriter<T> writer =
        providers.getMessageBodyWriter(
            type, entity.type(), entity.annotations(), entity.mediaType());
    if (writer == null) {
      throw new IllegalStateException("No writer for " + type.getName());
    }
    writer.writeTo(
        type.cast(entity.value()),
        type,
        entity.type(),
        entity.annotations(),
        entity.mediaType(),
        entity.fields(),
        body);
  }

  /**
   * The response's fields. A reference to this host loses the name that this client has for it: the
   * client may have made it up, and others must not receive it.
   */
  static List<Header> headers(ContainerRequestContext request, ContainerResponseContext response) {
    Pattern ownHost = ownHost(request);
    List<Header> headers = new ArrayList<>();
    response
        .getStringHeaders()
        .forEach(
            (name, values) -> {
              if (!name.equalsIgnoreCase(HttpHeaders.CONTENT_TYPE)) {
                values.forEach(value -> headers.add(header(name, value, ownHost)));
              }
            });
    if (response.getEntity() != null && response.getMediaType() != null) {
      headers.add(new Header(HttpHeaders.CONTENT_TYPE, response.getMediaType().toString()));
    }
    return headers;
  }

  private static Header header(String name, @Nullable String value, Pattern ownHost) {
    if (value == null) {
      return new Header(name, "");
    }
    return new Header(
        name,
        REFERENCES.contains(name.toLowerCase(Locale.ROOT))
            ? ownHost.matcher(value).replaceAll(match -> match.group(1) == null ? "/" : "")
            : value);
  }

  /** Whether a field still has a URI of this host. */
  static boolean namesHost(List<Header> headers, ContainerRequestContext request) {
    Pattern ownHost = ownHost(request);
    return headers.stream().anyMatch(header -> ownHost.matcher(header.value()).find());
  }

  /** Scheme and authority of this host in any of the names that the request has for it. */
  private static Pattern ownHost(ContainerRequestContext request) {
    String names =
        Stream.of(
                request.getUriInfo().getBaseUri().getRawAuthority(),
                request.getHeaderString(HttpHeaders.HOST),
                request.getHeaderString("X-Forwarded-Host"))
            .filter(name -> name != null && !name.isEmpty())
            .distinct()
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    return Pattern.compile("(?i)(?:https?:)?//(?:" + names + ")(?:(?=(/))|(?![\\w.:-]))");
  }
}
