package dev.sluice.redis;

import java.time.Duration;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import redis.clients.jedis.Connection;

/** Opens the connections of a pool, and tells which of them can no longer be used. */
final class PooledConnections extends BasePooledObjectFactory<Connection> {

  /** Balancers and NAT forget an idle connection after four minutes or more, some silently. */
  static final Duration LONGEST_IDLE = Duration.ofMinutes(3);

  private static final System.Logger LOG = System.getLogger(PooledConnections.class.getName());

  private final RedisServer server;

  PooledConnections(RedisServer server) {
    this.server = server;
  }

  @Override
  public Connection create() {
    return server.connect();
  }

  @Override
  public PooledObject<Connection> wrap(Connection connection) {
    return new DefaultPooledObject<>(connection);
  }

  /**
   * Whether a connection can be borrowed: it leads to the server as it is known now, and no end of
   * stream has arrived while it was idle. No round trip, but that Sentinels are asked once a
   * second.
   */
  @Override
  public boolean validateObject(PooledObject<Connection> pooled) {
    server.followPrimary();
    return pooled.getIdleDuration().compareTo(LONGEST_IDLE) < 0
        && pooled.getObject() instanceof ServerConnection connection
        && connection.isUsable();
  }

  @Override
  public void destroyObject(PooledObject<Connection> pooled) {
    try {
      pooled.getObject().disconnect();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "Closing a connection failed", e);
    }
  }
}
