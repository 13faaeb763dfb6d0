package dev.sluice.cache;

import dev.sluice.cache.store.Header;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Providers;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns what a method has answered into fields and bytes, as its server would. */
final class ResponseRecorder {

  private final Providers providers;
  private final int maxBytes;

  ResponseRecorder(Providers providers, int maxBytes) {
    this.providers = providers;
    this.maxBytes = maxBytes;
  }

  BodyBuffer body(ContainerResponseContext response) throws IOException {
    BodyBuffer body = new BodyBuffer(maxBytes);
    if (response.getEntity() != null) {
      write(response, response.getEntity().getClass(), body);
    }
    return body;
  }

  private <T> void write(ContainerResponseContext response, Class<T> type, BodyBuffer body)
      throws IOException {
    MessageBodyWriter<T> writer =
        providers.getMessageBodyWriter(
            type,
            response.getEntityType(),
            response.getEntityAnnotations(),
            response.getMediaType());
    if (writer == null) {
      throw new IllegalStateException("No writer for " + type.getName());
    }
    writer.writeTo(
        type.cast(response.getEntity()),
        type,
        response.getEntityType(),
        response.getEntityAnnotations(),
        response.getMediaType(),
        response.getHeaders(),
        body);
  }

  static List<Header> headers(ContainerRequestContext request, ContainerResponseContext response) {
    URI base = request.getUriInfo().getBaseUri();
    List<Header> headers = new ArrayList<>();
    response
        .getStringHeaders()
        .forEach(
            (name, values) -> {
              if (!name.equalsIgnoreCase(HttpHeaders.CONTENT_TYPE)) {
                values.forEach(value -> headers.add(new Header(name, ofHere(name, value, base))));
              }
            });
    if (response.getEntity() != null && response.getMediaType() != null) {
      headers.add(new Header(HttpHeaders.CONTENT_TYPE, response.getMediaType().toString()));
    }
    return headers;
  }

  /**
   * A place on this server, without the name that this client has for it: the next may have
   * another, and a name that was made up must not be handed on.
   */
  private static String ofHere(String name, @Nullable String value, URI base) {
    if (value == null) {
      return "";
    }
    boolean isPlace =
        name.equalsIgnoreCase(HttpHeaders.LOCATION)
            || name.equalsIgnoreCase(HttpHeaders.CONTENT_LOCATION);
    String authority = base.getScheme() + "://" + base.getRawAuthority();
    if (!isPlace || !value.regionMatches(true, 0, authority, 0, authority.length())) {
      return value;
    }
    String rest = value.substring(authority.length());
    return rest.isEmpty() ? "/" : rest.matches("(?s)[/?#].*") ? rest : value;
  }
}
