package dev.sluice.cache;

import dev.sluice.cache.CacheExchange.Answered;
import dev.sluice.cache.CacheExchange.Bypassed;
import dev.sluice.cache.CacheExchange.Filling;
import dev.sluice.cache.CacheExchange.Unanswerable;
import dev.sluice.http.Problem;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.GenericEntity;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Providers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer's side of one cached resource method. Of all response filters it runs first, so that
 * an entry holds no other feature's fields, and those see the finished answer.
 */
class CacheFilter implements ContainerRequestFilter, ContainerResponseFilter {

  private static final String EXCHANGE = CacheExchange.class.getName();
  private static final String CACHE_STATUS = "Cache-Status";

  private final CacheDeclaration declaration;
  private final CurrentExchange current;
  private final int maxBytes;
  private final Providers providers;

  CacheFilter(
      CacheDeclaration declaration, CurrentExchange current, Providers providers, int maxBytes) {
    this.declaration = declaration;
    this.current = current;
    this.providers = providers;
    this.maxBytes = maxBytes;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    CacheExchange exchange = new CacheExchange(declaration, request);
    request.setProperty(EXCHANGE, exchange);
    current.begin(exchange);
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (!(request.getProperty(EXCHANGE) instanceof CacheExchange exchange)) {
      return;
    }
    CacheExchange.State state = exchange.state();
    if (state instanceof Answered answered) {
      send(answered.hit().entry(), request, response);
      if (answered.hit().how() != TieredCache.How.COLLAPSED) {
        long age = answered.hit().entry().lifetime().age(answered.hit().now()).toSeconds();
        response.getHeaders().putSingle("Age", age);
      }
      status(response, answered.cacheStatus());
    } else if (state instanceof Unanswerable) {
      send(Problem.of(504, "Only a cached answer was asked for, and there is none."), response);
      status(response, "detail=only-if-cached");
    } else if (state instanceof Bypassed bypassed) {
      bypass(bypassed, response);
    } else if (state instanceof Filling filling) {
      exchange.become(new CacheExchange.Untouched());
      fill(exchange, filling, response);
    }
  }

  /** Caches on the way have to tell it from what others are answered with. */
  private void bypass(Bypassed bypassed, ContainerResponseContext response) {
    MultivaluedMap<String, Object> headers = response.getHeaders();
    if (declaration.terms().audience() != Audience.EVERYONE) {
      headers.add(HttpHeaders.VARY, "Authorization, Cookie");
      if (!headers.containsKey(HttpHeaders.CACHE_CONTROL)) {
        headers.putSingle(HttpHeaders.CACHE_CONTROL, "private");
      }
    }
    status(response, "fwd=bypass; detail=" + bypassed.reason());
  }

  private void fill(CacheExchange exchange, Filling filling, ContainerResponseContext response) {
    String outcome;
    try {
      outcome = store(exchange, filling, response);
    } catch (IOException | RuntimeException e) {
      filling.fill().abandon("encoding"); // the server, which will try again, says what is wrong
      outcome = "detail=encoding";
    }
    status(response, "fwd=" + filling.forward() + "; " + outcome);
  }

  /** Stores and sends the answer; or leaves it as it is, and says why. */
  private String store(CacheExchange exchange, Filling filling, ContainerResponseContext response)
      throws IOException {
    Optional<String> refusal = refusal(exchange, filling, response);
    if (refusal.isPresent()) {
      filling.fill().abandon(refusal.get());
      return "detail=" + refusal.get();
    }
    Body body = encode(response);
    if (body.isTooLarge()) {
      filling.fill().abandon("too-large");
      return "detail=too-large";
    }
    int status = response.getStatus();
    List<Header> headers =
        AnswerRules.complete(declaration, status, headers(response), body.toByteArray());
    CacheEntry[] made = new CacheEntry[1];
    boolean stored =
        filling
            .fill()
            .store(
                now ->
                    made[0] =
                        new CacheEntry(
                            status,
                            headers,
                            body.toByteArray(),
                            AnswerRules.lifetime(declaration, status, headers, now),
                            Map.of()));
    send(made[0], exchange.request(), response);
    return stored ? "stored" : "detail=not-stored";
  }

  private Optional<String> refusal(
      CacheExchange exchange, Filling filling, ContainerResponseContext response) {
    if (!isOfTheMethod(exchange, response)) {
      return Optional.of("replaced");
    }
    if (AnswerRules.isStream(response.getEntity())) {
      return Optional.of("stream");
    }
    if (!response.getCookies().isEmpty()) {
      return Optional.of("set-cookie");
    }
    Optional<String> refusal =
        AnswerRules.refusal(declaration, response.getStatus(), headers(response));
    if (refusal.isPresent() || response.getEntity() == null) {
      return refusal;
    }
    return CachedAnswers.isAsNegotiated(filling.variant(), response.getMediaType())
        ? Optional.empty()
        : Optional.of("negotiation");
  }

  /** Whether the answer is what the method returned, not what an exception was mapped to. */
  private boolean isOfTheMethod(CacheExchange exchange, ContainerResponseContext response) {
    Object result = exchange.result().orElse(null);
    if (result instanceof Response made) {
      return made.getStatus() == response.getStatus()
          && unwrapped(made.getEntity()) == response.getEntity();
    }
    boolean same =
        declaration.method().getReturnType().isPrimitive() // boxed anew on the way
            ? Objects.equals(result, response.getEntity())
            : unwrapped(result) == response.getEntity();
    return same && response.getStatus() < 300;
  }

  private static @Nullable Object unwrapped(@Nullable Object entity) {
    return entity instanceof GenericEntity<?> generic ? generic.getEntity() : entity;
  }

  private Body encode(ContainerResponseContext response) throws IOException {
    Body body = new Body(maxBytes);
    if (response.getEntity() != null) {
      write(response, response.getEntity().getClass(), body);
    }
    return body;
  }

  private <T> void write(ContainerResponseContext response, Class<T> type, Body body)
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

  private static List<Header> headers(ContainerResponseContext response) {
    List<Header> headers = new ArrayList<>();
    response
        .getStringHeaders()
        .forEach(
            (name, values) -> {
              if (!name.equalsIgnoreCase(HttpHeaders.CONTENT_TYPE)) {
                values.forEach(value -> headers.add(new Header(name, value)));
              }
            });
    if (response.getEntity() != null && response.getMediaType() != null) {
      headers.add(new Header(HttpHeaders.CONTENT_TYPE, response.getMediaType().toString()));
    }
    return headers;
  }

  private static void send(
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
    if (entry.status() == 200) {
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
        response.getHeaders().keySet().removeIf(CacheFilter::isOfTheContent);
      }
      case FAILED -> {
        response.getHeaders().keySet().removeIf(CacheFilter::isOfTheContent);
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

  private static void send(Problem problem, ContainerResponseContext response) {
    response.setStatus(problem.status());
    response.setEntity(
        problem.toJson().getBytes(java.nio.charset.StandardCharsets.UTF_8),
        response.getEntityAnnotations(),
        Problem.MEDIA_TYPE);
    response.getHeaders().putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
  }

  /** RFC 9211. */
  private static void status(ContainerResponseContext response, String what) {
    response.getHeaders().add(CACHE_STATUS, "sluice; " + what);
  }
}
