package dev.sluice.ratelimit;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.Collections;
import java.util.Optional;

/** Identifies clients by address, behind the trusted proxies that are configured. */
@ApplicationScoped
public class ClientAddress implements PartitionKey {

  @Inject private ClientSettings settings;
  @Inject private RateLimitSettings limits;
  @Inject private HttpServletRequest servletRequest;
  private TrustedProxies proxies;

  @PostConstruct
  void open() {
    proxies = new TrustedProxies(settings);
  }

  /** Returns the client that sent the current request. */
  @Override
  public Client of(ContainerRequestContext request) {
    return of(servletRequest);
  }

  /** Returns the client that sent this request. */
  public Client of(HttpServletRequest request) {
    return Client.address(
        addressOf(request)
            .map(proxies::key)
            .orElseGet(() -> String.valueOf(request.getRemoteAddr())));
  }

  private Optional<IpAddress> addressOf(HttpServletRequest request) {
    return IpAddress.parse(String.valueOf(request.getRemoteAddr()))
        .map(
            peer ->
                proxies.sender(peer, () -> Collections.list(request.getHeaders(proxies.header()))));
  }

  /**
   * Whether the sender of the current request is on the allow-list {@code sluice.rate-limit.allow}.
   */
  boolean isAllowed() {
    return !limits.allowed().isEmpty() && isAllowed(servletRequest);
  }

  /** Whether the sender of this request is on the allow-list {@code sluice.rate-limit.allow}. */
  boolean isAllowed(HttpServletRequest request) {
    return !limits.allowed().isEmpty()
        && addressOf(request)
            .filter(address -> limits.allowed().stream().anyMatch(one -> one.contains(address)))
            .isPresent();
  }

  /** Returns {@code client} with its address in the form in which requests are counted. */
  Client canonical(Client client) {
    return client.kind() == Client.Kind.ADDRESS
        ? IpAddress.parse(client.name()).map(proxies::key).map(Client::address).orElse(client)
        : client;
  }
}
