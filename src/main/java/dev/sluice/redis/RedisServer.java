package dev.sluice.redis;

import dev.sluice.redis.RedisUrl.Address;
import dev.sluice.redis.RedisUrl.Credentials;
import dev.sluice.redis.RedisUrl.Topology;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.providers.PooledConnectionProvider;
import redis.clients.jedis.util.Pool;

/**
 * One Redis, by its URL: how to reach it, and what all features' connections to it have in common.
 * Connects when it is first called.
 */
final class RedisServer {

  /**
   * How to log in where the URL does not say it.
   *
   * @param sentinels user and password of the Sentinels; empty: they need none
   * @param password the source of Redis's password, asked for each connection
   */
  record Login(Optional<Credentials> sentinels, Optional<RedisPasswordSource> password) {
    static final Login BY_URL = new Login(Optional.empty(), Optional.empty());

    /** A file with the password. */
    static RedisPasswordSource file(Path file) {
      return () -> {
        try {
          return Files.readString(file).strip();
        } catch (IOException e) {
          throw new JedisConnectionException("The password file " + file + " cannot be read", e);
        }
      };
    }

    /** The same with this source of the password, unless there is one. */
    Login orPassword(RedisPasswordSource source) {
      return new Login(sentinels, Optional.of(password.orElse(source)));
    }
  }

  private final RedisUrl url;
  private final Login login;
  private final Optional<Sentinels> sentinels;
  private final List<Pool<Connection>> pools = new CopyOnWriteArrayList<>();

  /** Counts how often all connections were dropped; one of an earlier time is not used again. */
  private final AtomicInteger drops = new AtomicInteger();

  RedisServer(RedisUrl url, Login login) {
    this.url = url;
    this.login = login;
    this.sentinels =
        url.primary()
            .map(
                primary ->
                    new Sentinels(
                        url.hosts(), url.transport(), primary, config(login.sentinels())));
  }

  /** A server accepted the connection and then said that it will not serve. */
  static final class RefusedException extends JedisException {
    private static final long serialVersionUID = 1L;

    RefusedException(JedisDataException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** The address, for logs. */
  String name() {
    return url.name();
  }

  /** The addresses in the URL. */
  List<Address> addresses() {
    return url.hosts();
  }

  /** One node of this cluster. */
  RedisServer nodeOfCluster(Address address) {
    return new RedisServer(url.at(address), login);
  }

  boolean isOfCluster() {
    return url.topology() == Topology.CLUSTER;
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
    return checked(
        () -> new ServerConnection(sockets(), config("sluice"), () -> drops.get() == before));
  }

  /** Opens a connection that reports changes, within the calling thread's deadline. */
  TrackingConnection connectTracking(Duration silence) {
    int before = drops.get();
    return checked(
        () ->
            new TrackingConnection(
                sockets(), config("sluice-listener"), silence, () -> drops.get() == before));
  }

  /** Where Sentinels name the address, makes sure that it is still the primary's. */
  private <T extends Connection> T checked(Supplier<T> opener) {
    try {
      T connection = opener.get();
      if (sentinels.isPresent()) {
        requirePrimary(connection);
      }
      return connection;
    } catch (JedisDataException e) {
      forgetAddress();
      throw new RefusedException(e); // the greeting is refused, not a command
    } catch (JedisException e) {
      forgetAddress();
      throw e;
    }
  }

  private static void requirePrimary(Connection connection) {
    boolean primary = false;
    try {
      primary =
          connection.executeCommand(Command.ROLE) instanceof List<?> role
              && role.get(0) instanceof byte[] name
              && new String(name, StandardCharsets.US_ASCII).equals("master");
    } finally {
      if (!primary) {
        connection.disconnect();
      }
    }
    if (!primary) {
      throw new JedisDataException("the server that the Sentinels name is not the primary");
    }
  }

  /** Drops all connections if the Sentinels name another server. */
  void followPrimary() {
    if (sentinels.filter(Sentinels::hasMoved).isPresent()) {
      dropConnections();
    }
  }

  /** Looks the address up again for the next connection. */
  void forgetAddress() {
    sentinels.ifPresent(Sentinels::forget);
  }

  /**
   * Makes every connection open until now be replaced: those that are idle at once, others when
   * they are next borrowed, those that report changes within a second.
   */
  void dropConnections() {
    forgetAddress();
    drops.incrementAndGet();
    pools.forEach(Pool::clear);
  }

  private SocketOpener sockets() {
    Supplier<Address> locator =
        () -> sentinels.isPresent() ? sentinels.get().get() : url.hosts().get(0);
    return new SocketOpener(locator, url.transport());
  }

  private JedisClientConfig config(String clientName) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .protocol(RedisProtocol.RESP2)
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
            .database(url.database())
            .clientName(clientName);
    url.credentials().flatMap(Credentials::user).ifPresent(config::user);
    password().ifPresent(config::password);
    return config.build();
  }

  /** Sentinels are asked in a form that every version understands. */
  private static JedisClientConfig config(Optional<Credentials> credentials) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .serverDefaultProtocol()
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED);
    credentials.flatMap(Credentials::user).ifPresent(config::user);
    credentials.map(Credentials::password).ifPresent(config::password);
    return config.build();
  }

  private Optional<String> password() {
    if (login.password().isEmpty()) {
      return url.credentials().map(Credentials::password);
    }
    try {
      return Optional.of(login.password().get().currentPassword());
    } catch (JedisException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new JedisConnectionException("The source of the password failed: " + e.getMessage(), e);
    }
  }
}
