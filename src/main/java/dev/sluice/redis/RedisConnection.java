package dev.sluice.redis;

import dev.failsafe.CircuitBreaker;
import dev.sluice.redis.RedisServer.Login;
import dev.sluice.redis.ScriptPipeline.Call;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.providers.PooledConnectionProvider;
import redis.clients.jedis.util.Pool;

/**
 * One feature's way to one Redis: a pool of connections, a time budget for every call, and a
 * circuit breaker. Opens on first use.
 */
public final class RedisConnection implements AutoCloseable {

  private static final SetParams PROBE_LIFE = SetParams.setParams().px(1000);

  /** Larger ones would hold up those who share their round trip. */
  private static final int MOST_SHARED_BYTES = 4096;

  private static final JedisClientConfig RESP2 =
      DefaultJedisClientConfig.builder().protocol(RedisProtocol.RESP2).build();

  private final RedisServer server;
  private final String probeKey;
  private final Duration budget;
  private final Pool<Connection> pool;
  private final RedisClient client;
  private final SharedRoundTrips roundTrips;
  private final OutageLog log;
  private final LongAdder calls = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder notCalled = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final CircuitBreaker<Object> breaker =
      CircuitBreaker.builder()
          .withFailureThreshold(3, 10)
          .withSuccessThreshold(1)
          .withDelay(Duration.ofSeconds(1))
          .build();

  /**
   * Makes a connection of its own to the Redis at {@code url}, as caches have one. Does not connect
   * yet.
   *
   * @param url as in the setting {@code sluice.redis.url}
   * @param keyPrefix the application's; a key under it is written when Redis is tried after trouble
   * @param budget what a call may take: waiting for a connection, connecting and the reply
   *     together. Looking up the host's name is the one thing that it does not bound
   * @param poolSize connections at the most
   * @throws IllegalArgumentException if the URL is not one of Redis
   */
  public RedisConnection(URI url, String keyPrefix, Duration budget, int poolSize) {
    this(
        new RedisServer(RedisUrl.parse(url.toString()), Login.BY_URL),
        RedisUse.CACHES,
        keyPrefix,
        budget,
        poolSize);
  }

  RedisConnection(
      RedisServer server, RedisUse use, String keyPrefix, Duration budget, int poolSize) {
    this.server = server;
    this.probeKey = keyPrefix + ":probe";
    this.budget = budget;
    PooledConnectionProvider connections = server.openPool(poolSize, budget);
    this.pool = connections.getPool();
    this.client =
        RedisClient.builder()
            .clientConfig(RESP2) // or it would connect now, without a deadline
            .connectionProvider(connections)
            .build();
    this.roundTrips = new SharedRoundTrips(pool, budget.dividedBy(10));
    this.log = new OutageLog(server.name(), use);
  }

  /**
   * Runs one command, or one pipeline, within the budget and never twice.
   *
   * @throws RedisUnavailableException if Redis cannot be called now, did not reply in time or
   *     refused to serve
   * @throws RedisCorruptException if a key holds a value of another type
   * @throws RedisException if the call was at fault
   */
  public <T> T call(Function<UnifiedJedis, T> command) {
    return guarded(() -> command.apply(client));
  }

  /**
   * Runs a script in one round trip, which small scripts of concurrent callers share; in two when
   * Redis does not know it yet. Throws as {@link #call}.
   */
  public Object run(RedisScript script, List<byte[]> keys, List<byte[]> arguments) {
    Call call = new Call(script, keys, arguments);
    return call.bytes() <= MOST_SHARED_BYTES
        ? guarded(() -> roundTrips.run(call))
        : runAlone(script, keys, arguments);
  }

  /**
   * The same in a round trip of its own, for a script whose reply is long: it would hold up those
   * who share its round trip.
   */
  public Object runAlone(RedisScript script, List<byte[]> keys, List<byte[]> arguments) {
    return call(
        redis -> {
          try {
            return redis.evalsha(script.sha1(), keys, arguments);
          } catch (JedisNoScriptException e) {
            return redis.eval(script.source(), keys, arguments);
          }
        });
  }

  private <T> T guarded(Supplier<T> command) {
    if (!breaker.tryAcquirePermit()) {
      notCalled.increment();
      throw RedisUnavailableException.notCalled(server.name());
    }
    long start = System.nanoTime();
    DeadlineSocket.startDeadline(budget);
    try {
      if (breaker.isHalfOpen()) {
        client.set(probeKey, "", PROBE_LIFE); // a read alone would not tell a replica from a master
      }
      T reply = command.get();
      succeeded();
      return reply;
    } catch (SharedRoundTrips.LostException e) {
      throw counted(e.error().toException(server.name())); // reported by the caller who led
    } catch (JedisException e) {
      throw counted(failed(RedisError.of(e)));
    } catch (RuntimeException | Error e) {
      succeeded(); // not Redis's fault
      throw e;
    } finally {
      DeadlineSocket.endDeadline();
      calls.increment();
      nanos.add(System.nanoTime() - start);
    }
  }

  private RedisException counted(RedisException failure) {
    if (failure instanceof RedisUnavailableException) {
      failures.increment();
    }
    return failure;
  }

  /** A listener to the changes of this server's keys that start with {@code prefix}. */
  public InvalidationListener listener(String prefix, Invalidations receiver) {
    return new InvalidationListener(server, prefix, receiver);
  }

  /**
   * Whether a call has a chance now: false while the circuit breaker is open. One failed call does
   * not open it.
   */
  public boolean isAvailable() {
    return breaker.isClosed();
  }

  /** The calls so far. */
  public RedisStatistics statistics() {
    return new RedisStatistics(
        calls.sum(), failures.sum(), notCalled.sum(), Duration.ofNanos(nanos.sum()));
  }

  private void succeeded() {
    breaker.recordSuccess();
    if (log.isOutage() && breaker.isClosed()) {
      log.end();
    }
  }

  private RedisException failed(RedisError error) {
    switch (error.kind()) {
      case NO_REPLY -> {
        breaker.recordFailure();
        pool.clear(); // what is idle was connected to what has just failed
        server.forgetAddress();
      }
      case NOT_PERMITTED -> breaker.recordFailure();
      case REFUSED -> {
        breaker.open();
        server.dropConnections();
      }
      case CORRUPT -> {
        succeeded();
        log.mistake(error.reason());
      }
      case MISTAKE -> {
        releaseProbe();
        log.mistake(error.reason());
      }
      case INTERRUPTED -> releaseProbe();
    }
    if (breaker.isOpen()) {
      log.begin(error.reason());
    }
    return error.toException(server.name());
  }

  /** Ends a probe that has found out nothing about Redis: the next one comes a second later. */
  private void releaseProbe() {
    if (breaker.isHalfOpen()) {
      breaker.recordFailure();
    }
  }

  /** Host and port, for logs. */
  @Override
  public String toString() {
    return server.name();
  }

  /** Closes all connections. */
  @Override
  public void close() {
    client.close();
  }
}
