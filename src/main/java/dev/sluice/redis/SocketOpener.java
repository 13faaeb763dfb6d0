package dev.sluice.redis;

import dev.sluice.redis.RedisUrl.Address;
import dev.sluice.redis.RedisUrl.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Supplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Opens the socket of one connection, within the calling thread's deadline. */
final class SocketOpener implements JedisSocketFactory {

  private final Supplier<Address> locator;
  private final Transport transport;
  private @Nullable DeadlineSocket opened;

  /**
   * @param locator finds the address, each time anew
   */
  SocketOpener(Supplier<Address> locator, Transport transport) {
    this.locator = locator;
    this.transport = transport;
  }

  @Override
  public Socket createSocket() {
    Address target = locator.get();
    try {
      InetSocketAddress address = new InetSocketAddress(target.host(), target.port());
      if (address.isUnresolved()) {
        throw new JedisConnectionException("Unknown host " + target.host());
      }
      DeadlineSocket socket = new DeadlineSocket(address);
      opened = socket;
      return transport == Transport.TLS ? secured(socket, target) : socket;
    } catch (IOException e) {
      throw new JedisConnectionException(e);
    }
  }

  private static Socket secured(Socket socket, Address target) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket tls = (SSLSocket) factory.createSocket(socket, target.host(), target.port(), true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    tls.setSSLParameters(parameters);
    return tls;
  }

  /** Whether the server has neither closed the connection nor sent anything without being asked. */
  boolean isQuiet() {
    return opened != null && opened.isQuiet();
  }
}
