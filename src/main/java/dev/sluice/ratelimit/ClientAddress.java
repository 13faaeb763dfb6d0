package dev.sluice.ratelimit;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.List;
import java.util.Optional;

/** Tells the current request's client from others by its address. */
@ApplicationScoped
public class ClientAddress implements PartitionKey {

  @Inject private ClientSettings settings;
  @Inject private HttpServletRequest servletRequest;
  private TrustedProxies proxies;

  @PostConstruct
  void open() {
    proxies = new TrustedProxies(settings);
  }

  @Override
  public String of(ContainerRequestContext request) {
    String peer = String.valueOf(servletRequest.getRemoteAddr());
    Optional<IpAddress> address = IpAddress.parse(peer);
    if (address.isEmpty()) {
      return "client " + peer;
    }
    IpAddress client = address.get();
    if (proxies.trusts(client)) {
      List<String> lines = request.getHeaders().getOrDefault(proxies.header(), List.of());
      client = proxies.client(client, lines);
    }
    return "client " + proxies.key(client);
  }

  /** An address in its text form; any other name stands for itself. */
  @Override
  public String of(String name) {
    return "client " + IpAddress.parse(name).map(proxies::key).orElse(name);
  }
}
