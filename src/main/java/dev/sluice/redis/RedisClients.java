package dev.sluice.redis;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.providers.PooledConnectionProvider;
import redis.clients.jedis.util.JedisURIHelper;

/** Makes Jedis clients from a URL, on sockets that keep the calling thread's deadline. */
final class RedisClients {

  private RedisClients() {}

  /** A client with a pool of its own, which connects when it is first asked. */
  static RedisClient open(URI url, Duration longestWait, int poolSize) {
    JedisClientConfig config =
        DefaultJedisClientConfig.builder()
            .protocol(RedisProtocol.RESP2)
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
            .user(JedisURIHelper.getUser(url))
            .password(JedisURIHelper.getPassword(url))
            .database(JedisURIHelper.getDBIndex(url))
            .clientName("sluice")
            .build();
    GenericObjectPoolConfig<Connection> pool = new GenericObjectPoolConfig<>();
    pool.setMaxTotal(poolSize);
    pool.setMaxIdle(poolSize);
    pool.setMaxWait(longestWait);
    pool.setJmxEnabled(false);
    return RedisClient.builder()
        .connectionProvider(
            new PooledConnectionProvider(new ConnectionFactory(() -> connect(url), config), pool))
        .build();
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
