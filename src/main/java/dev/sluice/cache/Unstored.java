package dev.sluice.cache;

import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;

/** The fields of responses that are not stored, for the sake of other caches. */
final class Unstored {

  private Unstored() {}

  /** Keeps other caches from serving the response to other clients. */
  static void keepApart(CacheDeclaration declaration, ContainerResponseContext response) {
    Audience audience = declaration.terms().audience();
    if (audience != Audience.EVERYONE) {
      response.getHeaders().add(HttpHeaders.VARY, "Authorization, Cookie");
    }
    if (audience == Audience.PRINCIPAL) {
      makePrivate(response);
    }
  }

  /** The same for the response to a client who may not share entries. */
  static void makePersonal(CacheDeclaration declaration, ContainerResponseContext response) {
    keepApart(declaration, response);
    if (declaration.terms().audience() != Audience.EVERYONE) {
      makePrivate(response);
    }
  }

  private static void makePrivate(ContainerResponseContext response) {
    response.getHeaders().putIfAbsent(HttpHeaders.CACHE_CONTROL, List.of("private"));
  }
}
