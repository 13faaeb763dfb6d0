package dev.sluice.cache;

import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What tells entries of one method apart beside the method's arguments.
 *
 * @param mediaType the negotiated media type, see {@link Negotiation}
 * @param free what clients choose freely: varying header fields and their identity
 */
record Selection(String mediaType, List<Object> free) {

  static Selection of(
      CacheDeclaration declaration, ContainerRequestContext request, Requester requester) {
    List<Object> free = new ArrayList<>();
    for (String field : declaration.terms().vary()) {
      free.add(Optional.ofNullable(request.getHeaderString(field)).map(String::strip));
    }
    if (declaration.terms().audience() == Audience.PRINCIPAL) {
      free.add(requester.identity());
    }
    return new Selection(Negotiation.of(declaration, request), free);
  }
}
