package dev.sluice.ratelimit;

import jakarta.ws.rs.container.ContainerRequestContext;
import java.security.Principal;

/**
 * By what a policy tells clients apart: what the draft calls a partition key. The kind stands in
 * front, so that no header's value can pass for an address.
 */
interface PartitionKey {

  /**
   * What {@link RateLimited#by} says.
   *
   * @param client by address
   * @throws IllegalArgumentException if it says nothing that is known
   */
  static PartitionKey parse(String by, PartitionKey client) {
    return switch (by) {
      case "client" -> client;
      case "principal" -> new ByPrincipal(client);
      case "application" -> new OfApplication();
      default -> {
        if (!by.matches("header:[!#$%&'*+.^_`|~A-Za-z0-9-]+")) {
          throw new IllegalArgumentException(
              "by = \"" + by + "\": expected client, principal, application or header:NAME");
        }
        yield new ByHeader(by.substring("header:".length()), client);
      }
    };
  }

  /** Who sends this request. */
  String of(ContainerRequestContext request);

  /** Who is called so, for code that no request reaches. */
  String of(String name);

  /**
   * By the name of who is logged in.
   *
   * @param client for those that are not
   */
  record ByPrincipal(PartitionKey client) implements PartitionKey {

    @Override
    public String of(ContainerRequestContext request) {
      Principal principal = request.getSecurityContext().getUserPrincipal();
      return principal == null ? client.of(request) : of(principal.getName());
    }

    @Override
    public String of(String name) {
      return "principal " + name;
    }
  }

  /**
   * By a header's value.
   *
   * @param client for those that do not send it
   */
  record ByHeader(String header, PartitionKey client) implements PartitionKey {

    @Override
    public String of(ContainerRequestContext request) {
      String value = request.getHeaderString(header);
      return value == null || value.isBlank() ? client.of(request) : of(value);
    }

    @Override
    public String of(String name) {
      return "header " + name;
    }
  }

  /** Nobody is told apart. */
  record OfApplication() implements PartitionKey {

    @Override
    public String of(ContainerRequestContext request) {
      return "application";
    }

    @Override
    public String of(String name) {
      return "application";
    }
  }
}
