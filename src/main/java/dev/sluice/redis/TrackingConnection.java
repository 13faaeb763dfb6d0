package dev.sluice.redis;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * A connection on which Redis reports the changes of keys: {@code CLIENT TRACKING} in broadcast
 * mode, redirected to the connection itself, which subscribes to the channel of invalidations.
 *
 * <p>One connection instead of the usual two (one tracks, the other subscribes): if the tracking
 * one of two is lost, the subscribed one lives on and hears nothing, without any error.
 */
final class TrackingConnection extends Connection {

  private static final String CHANNEL = "__redis__:invalidate";

  private final Duration silence;
  private final BooleanSupplier current;
  private boolean subscribed;

  /**
   * Connects, within {@code silence}.
   *
   * @param silence how long a subscribed connection may be silent before it is asked for a sign of
   *     life, and how long that may take
   * @param current whether the server's connections have not been dropped since
   */
  TrackingConnection(
      JedisSocketFactory sockets,
      JedisClientConfig config,
      Duration silence,
      BooleanSupplier current) {
    super(sockets, config);
    this.silence = silence;
    this.current = current;
  }

  /** Starts to track the keys that start with {@code prefix}. */
  void track(String prefix) {
    DeadlineSocket.startDeadline(silence);
    Object id = executeCommand(new CommandArguments(Command.CLIENT).add("ID"));
    executeCommand(
        new CommandArguments(Command.CLIENT)
            .add("TRACKING")
            .add("ON")
            .add("REDIRECT")
            .add(id)
            .add("BCAST")
            .add("PREFIX")
            .add(prefix));
    executeCommand(new CommandArguments(Command.SUBSCRIBE).add(CHANNEL));
    subscribed = true;
  }

  /**
   * Waits for the next message, however long that takes while the server gives signs of life.
   *
   * @throws JedisConnectionException if it does not, the thread is interrupted, or the address may
   *     lead to another server by now
   */
  Object next() {
    return getUnflushedObject();
  }

  @Override
  protected Object protocolRead(RedisInputStream in, PushConsumerChain consumers) {
    if (subscribed) {
      awaitMessage(in);
    }
    return super.protocolRead(in, consumers);
  }

  /** Waits for a message's first byte and consumes none, so that the wait can be resumed. */
  private void awaitMessage(RedisInputStream in) {
    requireCurrent();
    if (!isSilent(in)) {
      return;
    }
    requireCurrent();
    sendCommand(Command.PING);
    flush();
    if (isSilent(in)) {
      throw new JedisConnectionException("No reply to PING in " + silence.toMillis() + " ms");
    }
  }

  private void requireCurrent() {
    if (!current.getAsBoolean()) {
      throw new JedisConnectionException("Redis may be elsewhere now");
    }
  }

  private boolean isSilent(RedisInputStream in) {
    DeadlineSocket.startDeadline(silence);
    try {
      in.peek((byte) '*');
      DeadlineSocket.startDeadline(silence); // for the rest of the message
      return false;
    } catch (JedisConnectionException e) {
      if (e.getCause() instanceof SocketTimeoutException
          && !Thread.currentThread().isInterrupted()) {
        return true;
      }
      throw e;
    }
  }
}
