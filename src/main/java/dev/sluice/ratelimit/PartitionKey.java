package dev.sluice.ratelimit;

import jakarta.ws.rs.container.ContainerRequestContext;
import java.security.Principal;

/** The property that identifies a client: what the draft calls a partition key. */
interface PartitionKey {

  /**
   * Reads {@link RateLimited#by}.
   *
   * @param address identifies clients by address
   * @throws IllegalArgumentException if {@code by} is none of the four forms
   */
  static PartitionKey parse(String by, PartitionKey address) {
    return switch (by) {
      case "client" -> address;
      case "principal" -> new ByPrincipal(address);
      case "application" -> new OfApplication();
      default -> {
        if (!by.matches("header:[!#$%&'*+.^_`|~A-Za-z0-9-]+")) {
          throw new IllegalArgumentException(
              "by = \"" + by + "\": expected client, principal, application or header:NAME");
        }
        yield new ByHeader(by.substring("header:".length()), address);
      }
    };
  }

  /** Returns the client that sent this request. */
  Client of(ContainerRequestContext request);

  /** Whether it asks for the principal, so that it works only after authentication. */
  default boolean needsPrincipal() {
    return false;
  }

  /**
   * By the name of the authenticated principal.
   *
   * @param address for requests without one
   */
  record ByPrincipal(PartitionKey address) implements PartitionKey {

    @Override
    public Client of(ContainerRequestContext request) {
      Principal principal = request.getSecurityContext().getUserPrincipal();
      return principal == null ? address.of(request) : Client.principal(principal.getName());
    }

    @Override
    public boolean needsPrincipal() {
      return true;
    }
  }

  /**
   * By the value of a header; its first, as {@code @HeaderParam} reads it, so that a repeated
   * header makes no second client.
   *
   * @param address for requests without the header
   */
  record ByHeader(String header, PartitionKey address) implements PartitionKey {

    @Override
    public Client of(ContainerRequestContext request) {
      String value = request.getHeaders().getFirst(header);
      return value == null || value.isBlank() ? address.of(request) : Client.header(value.strip());
    }
  }

  /** All clients together. */
  record OfApplication() implements PartitionKey {

    @Override
    public Client of(ContainerRequestContext request) {
      return Client.everyone();
    }
  }
}
