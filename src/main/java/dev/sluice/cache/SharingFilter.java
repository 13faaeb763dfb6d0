package dev.sluice.cache;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Restores what keeps other caches from sharing a response between clients, where a filter of the
 * host has replaced it. It is the last response filter.
 */
class SharingFilter implements ContainerResponseFilter {

  private final ServletCookies cookies;

  SharingFilter(ServletCookies cookies) {
    this.cookies = cookies;
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (request.getProperty(CacheFilter.EXCHANGE) instanceof CacheExchange exchange) {
      restoreVary(exchange, response);
      restorePrivate(exchange, response);
    }
  }

  private static void restoreVary(CacheExchange exchange, ContainerResponseContext response) {
    Set<String> present =
        names(response.getStringHeaders().getOrDefault(HttpHeaders.VARY, List.of()))
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    String missing =
        names(exchange.sentVary())
            .filter(name -> !present.contains(name.toLowerCase(Locale.ROOT)))
            .distinct()
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      response.getHeaders().add(HttpHeaders.VARY, missing);
    }
  }

  private static Stream<String> names(List<String> fieldLines) {
    return fieldLines.stream()
        .flatMap(line -> Arrays.stream(line.split(",")))
        .map(String::strip)
        .filter(name -> !name.isEmpty());
  }

  private void restorePrivate(CacheExchange exchange, ContainerResponseContext response) {
    CacheControl now = directives(response);
    boolean wasPrivate =
        exchange
            .sentCacheControl()
            .map(field -> CacheControl.parse(List.of(field)).has("private"))
            .orElse(false);
    boolean setsCookie =
        !response.getCookies().isEmpty()
            || response.getHeaders().containsKey(HttpHeaders.SET_COOKIE)
            || cookies.areSet();
    if ((wasPrivate || (setsCookie && now.has("public")))
        && !now.has("private")
        && !now.has("no-store")) {
      MultivaluedMap<String, Object> headers = response.getHeaders();
      headers.putSingle(HttpHeaders.CACHE_CONTROL, "private");
    }
  }

  private static CacheControl directives(ContainerResponseContext response) {
    return CacheControl.parse(
        response.getStringHeaders().getOrDefault(HttpHeaders.CACHE_CONTROL, List.of()));
  }
}
