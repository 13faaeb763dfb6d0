package dev.sluice.ratelimit;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Identifies clients by address, behind the trusted proxies that are configured. */
@ApplicationScoped
public class ClientAddress implements PartitionKey {

  private static final System.Logger LOG = System.getLogger(RateLimiter.class.getName());

  @Inject private ClientSettings settings;
  @Inject private RateLimitSettings limits;
  @Inject private HttpServletRequest servletRequest;
  private final AtomicBoolean warned = new AtomicBoolean();
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
    String peer = String.valueOf(request.getRemoteAddr());
    Optional<IpAddress> address = IpAddress.parse(peer);
    if (address.isEmpty()) {
      return address;
    }
    IpAddress client = address.get();
    if (proxies.trusts(client)) {
      List<String> lines = Collections.list(request.getHeaders(proxies.header()));
      client = proxies.client(client, lines);
    } else if (!warned.get() && request.getHeader(proxies.header()) != null) {
      warn(peer);
    }
    return Optional.of(client);
  }

  /** Warns once: a proxy that is not configured makes one client of all behind it. */
  private void warn(String peer) {
    if (!warned.getAndSet(true)) {
      LOG.log(
          Level.WARNING,
          "{0} sends the header {1} but is not among sluice.client.trusted-proxies: the header is"
              + " ignored, and all clients behind this address are counted as one",
          peer,
          proxies.header());
    }
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
