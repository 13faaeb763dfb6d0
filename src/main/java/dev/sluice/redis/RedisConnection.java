package dev.sluice.redis;

import dev.failsafe.CircuitBreaker;
import dev.sluice.redis.RedisClients.RefusedException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;
import redis.clients.jedis.params.SetParams;

/**
 * One Redis server: a pool of connections, a time budget for every call, and a circuit breaker.
 * Opens on first use.
 */
public final class RedisConnection implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(RedisConnection.class.getName());

  /** The first word of what a server says that answers but does not serve. */
  private static final Set<String> REFUSALS =
      Set.of(
          "LOADING",
          "READONLY",
          "MISCONF",
          "OOM",
          "BUSY",
          "UNKILLABLE",
          "MASTERDOWN",
          "NOREPLICAS",
          "CLUSTERDOWN",
          "TRYAGAIN",
          "NOAUTH",
          "WRONGPASS",
          "NOPERM");

  private static final SetParams PROBE_LIFE = SetParams.setParams().px(1000);

  private final URI url;
  private final String name;
  private final String probeKey;
  private final Duration budget;
  private final RedisClient client;
  private final CircuitBreaker<Object> breaker =
      CircuitBreaker.builder()
          .withFailureThreshold(3, 10)
          .withSuccessThreshold(1)
          .withDelay(Duration.ofSeconds(1))
          .build();
  private final AtomicBoolean trouble = new AtomicBoolean();

  /**
   * Does not connect yet.
   *
   * @param url {@code redis://} or {@code rediss://}, with user, password and database where needed
   * @param keyPrefix the application's; a key under it is written when Redis is tried after trouble
   * @param budget what a call may take: waiting for a connection, connecting and the reply
   *     together. Looking up the host's name is the one thing that it does not bound
   * @param poolSize connections at the most
   */
  public RedisConnection(URI url, String keyPrefix, Duration budget, int poolSize) {
    this.url = url;
    this.name = url.getHost() + ":" + RedisClients.port(url);
    this.probeKey = keyPrefix + ":probe";
    this.budget = budget;
    this.client = RedisClients.open(url, budget, poolSize);
  }

  /**
   * Runs one command, or one pipeline, within the budget and never twice.
   *
   * @throws RedisUnavailableException if Redis cannot be asked now, did not answer in time or
   *     refused to serve
   * @throws JedisDataException if it answered that the command is wrong, such as WRONGTYPE
   */
  public <T> T call(Function<UnifiedJedis, T> command) {
    if (!breaker.tryAcquirePermit()) {
      throw new RedisUnavailableException("Redis at " + name + " is left alone for a moment");
    }
    DeadlineSocket.startDeadline(budget);
    try {
      if (breaker.isHalfOpen()) {
        client.set(probeKey, "", PROBE_LIFE); // a read alone would not tell a replica from a master
      }
      T reply = command.apply(client);
      succeeded();
      return reply;
    } catch (JedisException e) {
      if (e instanceof JedisDataException && !isRefusal(e)) {
        succeeded();
        throw e;
      }
      throw failed(e);
    } catch (RuntimeException | Error e) {
      succeeded(); // not Redis's fault
      throw e;
    } finally {
      DeadlineSocket.endDeadline();
    }
  }

  /**
   * Runs a script in one round trip; two when Redis does not know it yet. Throws as {@link #call}.
   */
  public Object run(RedisScript script, List<byte[]> keys, List<byte[]> arguments) {
    return call(
        redis -> {
          try {
            return redis.evalsha(script.sha1(), keys, arguments);
          } catch (JedisNoScriptException e) {
            return redis.eval(script.source(), keys, arguments);
          }
        });
  }

  /** A listener to the changes of this server's keys that start with {@code prefix}. */
  public InvalidationListener listener(String prefix, Invalidations receiver) {
    return new InvalidationListener(url, prefix, receiver);
  }

  private void succeeded() {
    breaker.recordSuccess();
    if (trouble.get() && breaker.isClosed() && trouble.compareAndSet(true, false)) {
      LOG.log(Level.INFO, "Redis at {0} is back; caches, limits and tasks are shared again.", name);
    }
  }

  private RedisUnavailableException failed(JedisException e) {
    if (isRefusal(e)) {
      breaker.open(); // its own word needs no confirmation
    } else {
      breaker.recordFailure();
      client.getPool().clear(); // what is idle was connected to what has just failed
    }
    if (breaker.isOpen() && trouble.compareAndSet(false, true)) {
      LOG.log(
          Level.WARNING,
          "Redis at {0} is in trouble: {1}. It is tried again every second; until it is back caches"
              + " keep to this node, limits follow their onOutage, and tasks are refused or run here,"
              + " undurable.",
          name,
          e.getMessage());
    }
    return new RedisUnavailableException("Redis at " + name + " failed: " + e.getMessage(), e);
  }

  private static boolean isRefusal(JedisException e) {
    return e instanceof RefusedException
        || (e instanceof JedisDataException
            && REFUSALS.contains(errorCode(String.valueOf(e.getMessage()))));
  }

  /**
   * The first word; before Redis 7 a script's error wraps it: {@code ERR Error running script …:
   * -READONLY …}.
   */
  private static String errorCode(String message) {
    int wrapped = message.startsWith("ERR Error running script") ? message.indexOf(": -") : -1;
    return message.substring(wrapped < 0 ? 0 : wrapped + 3).split("[ :]", 2)[0];
  }

  /** Host and port, for logs. */
  @Override
  public String toString() {
    return name;
  }

  /** Closes all connections. */
  @Override
  public void close() {
    client.close();
  }
}
