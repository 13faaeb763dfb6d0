package dev.sluice.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.cache.store.CoalescingCache;
import dev.sluice.cache.store.EntryKey;
import dev.sluice.cache.store.Lookup.Hit;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the responses of methods with {@link Cached#edge} by the raw text of a request, as learned
 * from earlier requests with the same text. Only entries of this process are found: a request that
 * has none here takes its usual way.
 */
@ApplicationScoped
class EdgeCache {

  /** The memory for all texts, in bytes. */
  private static final long MAX_BYTES = 4L << 20;

  private static final int MAX_TEXT = 2_000;

  /**
   * The text of a request that may decide about its response.
   *
   * @param fields the header fields that some method's key depends on
   */
  record Text(String path, @Nullable String query, List<@Nullable String> fields) {

    int length() {
      return path.length() + (query == null ? 0 : query.length()) + fields.toString().length();
    }
  }

  private record Known(CacheDeclaration declaration, EntryKey key) {}

  @Inject private CacheExtension extension;
  @Inject private CacheSettings settings;
  @Inject private CoalescingCache cache;

  private final Cache<Text, Known> known =
      Caffeine.newBuilder()
          .maximumWeight(MAX_BYTES)
          .weigher((Text text, Known of) -> 500 + 2 * text.length())
          .executor(Runnable::run)
          .build();

  /** The text of a request that may be served here; empty if it has to take its usual way. */
  Optional<Text> text(HttpServletRequest request) {
    boolean isRead = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    if (!settings.enabled() || !extension.usesEdge() || !isRead || isDirected(request)) {
      return Optional.empty();
    }
    List<@Nullable String> fields = new ArrayList<>();
    for (String name : extension.edgeFields()) {
      fields.add(field(request, name));
    }
    return Optional.of(new Text(request.getRequestURI(), request.getQueryString(), fields));
  }

  /** Whether the client's directives count, which decide which entry will do. */
  private boolean isDirected(HttpServletRequest request) {
    return request.getHeader(HttpHeaders.CACHE_CONTROL) != null
        || (settings.honorRequestDirectives() && request.getHeader("Pragma") != null);
  }

  /** The value of a field, its lines joined by commas. */
  static @Nullable String field(HttpServletRequest request, String name) {
    List<String> lines = Collections.list(request.getHeaders(name));
    return lines.isEmpty() ? null : String.join(",", lines);
  }

  /** Finds a fresh entry that this client may share. */
  Optional<Hit> find(Text text, HttpServletRequest request) {
    Known found = known.getIfPresent(text);
    return found == null
            || !isSharedWith(found.declaration(), request)
            || !settings.isKnownHost(request.getHeader(HttpHeaders.HOST))
        ? Optional.empty()
        : cache.findHere(found.key(), found.declaration().terms().refreshAhead());
  }

  private static boolean isSharedWith(CacheDeclaration declaration, HttpServletRequest request) {
    return declaration.terms().audience() == Audience.EVERYONE
        || (request.getHeader(HttpHeaders.AUTHORIZATION) == null
            && request.getUserPrincipal() == null
            && request.getSession(false) == null);
  }

  /** Notes the key of a request that was served an entry, unless it was forwarded or rewritten. */
  void learn(CacheExchange exchange, EntryKey key) {
    if (exchange.declaration().isEdge()
        && exchange.request().getProperty(EdgeFilter.TEXT) instanceof Text text
        && text.length() <= MAX_TEXT
        && isPath(exchange.request().getUriInfo(), text.path())) {
      known.put(text, new Known(exchange.declaration(), key));
    }
  }

  private static boolean isPath(UriInfo uri, String path) {
    try {
      return path.equals(uri.getRequestUri().getRawPath());
    } catch (IllegalArgumentException malformed) { // a query that is no URI's, on RESTEasy
      return false;
    }
  }
}
