package dev.sluice.redis;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.providers.PooledConnectionProvider;
import redis.clients.jedis.util.JedisURIHelper;

/** Makes Jedis clients from a URL, on sockets that keep the calling thread's deadline. */
final class RedisClients {

  private RedisClients() {}

  /** A client with a pool of its own, which connects when it is first asked. */
  static RedisClient open(URI url, Duration longestWait, int poolSize) {
    JedisClientConfig config = config(url, "sluice");
    GenericObjectPoolConfig<Connection> pool = new GenericObjectPoolConfig<>();
    pool.setMaxTotal(poolSize);
    pool.setMaxIdle(poolSize);
    pool.setMaxWait(longestWait);
    pool.setJmxEnabled(false);
    return RedisClient.builder()
        .clientConfig(config) // or it would connect now, without a deadline, to learn the protocol
        .connectionProvider(
            new PooledConnectionProvider(new Greeting(() -> connect(url), config), pool))
        .build();
  }

  /** A connection of its own, opened within the calling thread's deadline. */
  static TrackingConnection openTracking(URI url, Duration silence) {
    return new TrackingConnection(() -> connect(url), config(url, "sluice-listener"), silence);
  }

  private static JedisClientConfig config(URI url, String clientName) {
    return DefaultJedisClientConfig.builder()
        .protocol(RedisProtocol.RESP2)
        .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
        .user(JedisURIHelper.getUser(url))
        .password(JedisURIHelper.getPassword(url))
        .database(JedisURIHelper.getDBIndex(url))
        .clientName(clientName)
        .build();
  }

  /** A server took the connection, and then said that it will not talk. */
  static final class RefusedException extends JedisException {
    private static final long serialVersionUID = 1L;

    RefusedException(JedisDataException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** Whatever a server objects to while it is greeted is no mistake of the command that waits. */
  private static final class Greeting extends ConnectionFactory {

    Greeting(JedisSocketFactory sockets, JedisClientConfig config) {
      super(sockets, config);
    }

    @Override
    public PooledObject<Connection> makeObject() throws Exception {
      try {
        return super.makeObject();
      } catch (JedisDataException e) {
        throw new RefusedException(e);
      }
    }
  }

  private static Socket connect(URI url) {
    try {
      InetSocketAddress address = new InetSocketAddress(url.getHost(), port(url));
      if (address.isUnresolved()) {
        throw new JedisConnectionException("Unknown host " + url.getHost());
      }
      Socket socket = new DeadlineSocket(address);
      return url.getScheme().equals("rediss") ? secured(socket, url) : socket;
    } catch (IOException e) {
      throw new JedisConnectionException(e);
    }
  }

  private static Socket secured(Socket socket, URI url) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket tls = (SSLSocket) factory.createSocket(socket, url.getHost(), port(url), true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    tls.setSSLParameters(parameters);
    return tls;
  }

  static int port(URI url) {
    return url.getPort() < 0 ? 6379 : url.getPort();
  }
}
