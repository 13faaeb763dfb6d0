package dev.sluice.redis;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.util.RedisInputStream;

/** A connection of a pool, which knows its socket. Greets the server when it is made. */
final class ServerConnection extends Connection {

  private static final ThreadLocal<Boolean> ASKING = new ThreadLocal<>();

  private final SocketOpener sockets;
  private final BooleanSupplier current;

  /** False while the superclass connects. */
  private final boolean isGreeted;

  /**
   * Connects within the calling thread's deadline.
   *
   * @param current whether the server's connections have not been dropped since
   */
  ServerConnection(SocketOpener sockets, JedisClientConfig config, BooleanSupplier current) {
    super(sockets, config);
    this.sockets = sockets;
    this.current = current;
    this.isGreeted = true;
  }

  /** Runs an action whose every command is sent with the permission to use a slot that moves in. */
  static <T> T asking(Supplier<T> action) {
    ASKING.set(true);
    try {
      return action.get();
    } finally {
      ASKING.remove();
    }
  }

  static boolean isAsking() {
    return ASKING.get() != null;
  }

  @Override
  public void sendCommand(CommandArguments command) {
    if (isGreeted && isAsking()) {
      super.sendCommand(new CommandArguments(Command.ASKING));
    }
    super.sendCommand(command);
  }

  @Override
  protected Object protocolRead(RedisInputStream in, PushConsumerChain consumers) {
    if (isGreeted && isAsking()) {
      super.protocolRead(in, consumers); // of ASKING
    }
    return super.protocolRead(in, consumers);
  }

  /** Whether a call can be sent. No round trip. */
  boolean isUsable() {
    return current.getAsBoolean() && sockets.isQuiet();
  }
}
