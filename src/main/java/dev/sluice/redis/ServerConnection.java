package dev.sluice.redis;

import java.util.function.BooleanSupplier;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;

/** A connection of a pool, which knows its socket. Greets the server when it is made. */
final class ServerConnection extends Connection {

  private final SocketOpener sockets;
  private final BooleanSupplier current;

  /**
   * Connects within the calling thread's deadline.
   *
   * @param current whether the server's connections have not been dropped since
   */
  ServerConnection(SocketOpener sockets, JedisClientConfig config, BooleanSupplier current) {
    super(sockets, config);
    this.sockets = sockets;
    this.current = current;
  }

  /** Whether a call can be sent. No round trip. */
  boolean isUsable() {
    return current.getAsBoolean() && sockets.isQuiet();
  }
}
