package dev.sluice.cache;

import dev.sluice.cache.store.CacheEntry;
import dev.sluice.cache.store.Header;
import dev.sluice.cache.store.Lookup.Hit;
import dev.sluice.http.Problem;
import dev.sluice.lifecycle.ApplicationBeans;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/** Serves entries of methods with {@link Cached#edge} before the application's filters. */
final class EdgeFilter extends HttpFilter {

  /** The attribute of a request with its {@link EdgeCache.Text}. */
  static final String TEXT = EdgeCache.Text.class.getName();

  private static final long serialVersionUID = 1L;

  private final transient Supplier<EdgeCache> cache = ApplicationBeans.atFirstUse(EdgeCache.class);

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    EdgeCache edge = cache.get();
    Optional<EdgeCache.Text> text = edge.text(request);
    Optional<Hit> hit = text.flatMap(it -> edge.find(it, request));
    if (hit.isPresent()) {
      send(hit.get(), request, response);
    } else {
      text.ifPresent(it -> request.setAttribute(TEXT, it));
      chain.doFilter(request, response);
    }
  }

  private static void send(Hit hit, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    CacheEntry entry = hit.entry();
    StoredResponse stored = StoredResponse.of(entry);
    Preconditions.Verdict verdict =
        entry.status() / 100 == 2
            ? new Preconditions(name -> EdgeCache.field(request, name))
                .evaluate(stored.etag(), stored.lastModified())
            : Preconditions.Verdict.SEND;
    for (Header header : stored.headers()) {
      if (verdict == Preconditions.Verdict.SEND
          || !ResponseReplayer.describesContent(header.name())) {
        response.addHeader(header.name(), header.value());
      }
    }
    response.setHeader("Age", Long.toString(entry.lifetime().age(hit.now()).toSeconds()));
    response.addHeader("Cache-Status", "sluice; " + ResponseCache.served(hit).cacheStatus());
    switch (verdict) {
      case SEND -> {
        response.setStatus(entry.status());
        entry.header(HttpHeaders.CONTENT_TYPE).ifPresent(response::setContentType);
        write(entry.body(), request, response);
      }
      case NOT_MODIFIED -> response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      case FAILED -> {
        Problem problem = ResponseReplayer.FAILED_PRECONDITION;
        response.setStatus(problem.status());
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setContentType(Problem.MEDIA_TYPE.toString());
        write(problem.toJson().getBytes(StandardCharsets.UTF_8), request, response);
      }
    }
  }

  private static void write(byte[] body, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentLength(body.length);
    if (!request.getMethod().equals("HEAD")) {
      response.getOutputStream().write(body);
    }
  }
}
