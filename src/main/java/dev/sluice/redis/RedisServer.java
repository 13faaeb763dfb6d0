package dev.sluice.redis;

import dev.sluice.redis.RedisUrl.Address;
import dev.sluice.redis.RedisUrl.Credentials;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.providers.PooledConnectionProvider;
import redis.clients.jedis.util.Pool;

/**
 * One Redis, by its URL: how to reach it, and what all features' connections to it have in common.
 * Connects when it is first called.
 */
final class RedisServer {

  private final RedisUrl url;
  private final List<Pool<Connection>> pools = new CopyOnWriteArrayList<>();

  /** Counts how often all connections were dropped; one of an earlier time is not used again. */
  private final AtomicInteger drops = new AtomicInteger();

  RedisServer(RedisUrl url) {
    this.url = url;
  }

  /** Host and port, for logs. */
  String name() {
    return url.name();
  }

  /** Opens a pool of connections, none of them yet. */
  PooledConnectionProvider openPool(int size, Duration longestWait) {
    GenericObjectPoolConfig<Connection> config = new GenericObjectPoolConfig<>();
    config.setMaxTotal(size);
    config.setMaxIdle(size);
    config.setMaxWait(longestWait);
    config.setTestOnBorrow(true);
    config.setJmxEnabled(false);
    PooledConnectionProvider provider =
        new PooledConnectionProvider(new PooledConnections(this), config);
    pools.add(provider.getPool());
    return provider;
  }

  /** Opens one connection of a pool, within the calling thread's deadline. */
  ServerConnection connect() {
    int before = drops.get();
    return new ServerConnection(sockets(), config("sluice"), () -> drops.get() == before);
  }

  /** Opens a connection that reports changes, within the calling thread's deadline. */
  TrackingConnection connectTracking(Duration silence) {
    int before = drops.get();
    return new TrackingConnection(
        sockets(), config("sluice-listener"), silence, () -> drops.get() == before);
  }

  /**
   * Makes every connection open until now be replaced: those that are idle at once, others when
   * they are next borrowed, those that report changes within a second.
   */
  void dropConnections() {
    drops.incrementAndGet();
    pools.forEach(Pool::clear);
  }

  private SocketOpener sockets() {
    return new SocketOpener(this::locate, url.transport());
  }

  private Address locate() {
    return url.hosts().get(0);
  }

  JedisClientConfig config(String clientName) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .protocol(RedisProtocol.RESP2)
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
            .database(url.database())
            .clientName(clientName);
    url.credentials().map(Credentials::password).ifPresent(config::password);
    url.credentials().flatMap(Credentials::user).ifPresent(config::user);
    return config.build();
  }
}
