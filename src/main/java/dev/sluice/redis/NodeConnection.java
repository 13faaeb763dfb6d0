package dev.sluice.redis;

import dev.failsafe.CircuitBreaker;
import dev.sluice.redis.ScriptPipeline.Call;
import dev.sluice.redis.SharedRoundTrips.LostException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.providers.PooledConnectionProvider;
import redis.clients.jedis.util.Pool;

/**
 * One feature's way to one server: a pool of connections, a time budget for every call, and a
 * circuit breaker. Opens on first use.
 */
final class NodeConnection implements AutoCloseable {

  private static final SetParams PROBE_LIFE = SetParams.setParams().px(1000);

  /** Larger ones would hold up those who share their round trip. */
  private static final int MOST_SHARED_BYTES = 4096;

  private static final JedisClientConfig RESP2 =
      DefaultJedisClientConfig.builder().protocol(RedisProtocol.RESP2).build();

  /**
   * What the connections of a feature have in common.
   *
   * @param keyPrefix the application's; a key under it is written when Redis is tried after trouble
   * @param budget what a call may take: waiting for a connection, connecting and the reply
   *     together. Looking up the host's name is the one thing that it does not bound
   * @param poolSize connections to a server at the most
   * @param counters of all of them together
   */
  record Options(
      RedisUse use, String keyPrefix, Duration budget, int poolSize, CallCounters counters) {}

  private final RedisServer server;
  private final String probeKey;
  private final Duration budget;
  private final Pool<Connection> pool;
  private final RedisClient client;
  private final SharedRoundTrips roundTrips;
  private final OutageLog log;
  private final CallCounters counters;
  private final CircuitBreaker<Object> breaker =
      CircuitBreaker.builder()
          .withFailureThreshold(3, 10)
          .withSuccessThreshold(1)
          .withDelay(Duration.ofSeconds(1))
          .build();

  NodeConnection(RedisServer server, Options options) {
    this.server = server;
    this.probeKey = options.keyPrefix() + ":probe";
    this.budget = options.budget();
    PooledConnectionProvider connections = server.openPool(options.poolSize(), budget);
    this.pool = connections.getPool();
    this.client =
        RedisClient.builder()
            .clientConfig(RESP2) // or it would connect now, without a deadline
            .connectionProvider(connections)
            .build();
    this.roundTrips = new SharedRoundTrips(pool, budget.dividedBy(10));
    this.log = new OutageLog(server.name(), options.use());
    this.counters = options.counters();
  }

  /**
   * Runs one command, or one pipeline, within the budget and never twice.
   *
   * @throws RedisUnavailableException if Redis cannot be called now, did not reply in time or
   *     refused to serve
   * @throws RedisCorruptException if a key holds a value of another type
   * @throws RedisException if the call was at fault
   * @throws RedirectedException if this is a node of a cluster and the slot is not served here
   */
  <T> T call(Function<UnifiedJedis, T> command) {
    return guarded(() -> command.apply(client));
  }

  /** Runs a script, in a round trip that small scripts share. Throws as {@link #call}. */
  Object run(Call call) {
    return call.bytes() <= MOST_SHARED_BYTES && !ServerConnection.isAsking()
        ? guarded(() -> roundTrips.run(call))
        : runAlone(call);
  }

  /** Runs a script in a round trip of its own. */
  Object runAlone(Call call) {
    return call(
        redis -> {
          try {
            return redis.evalsha(call.script().sha1(), call.keys(), call.arguments());
          } catch (JedisNoScriptException e) {
            return redis.eval(call.script().source(), call.keys(), call.arguments());
          }
        });
  }

  /** Asks a node of a cluster which primaries have which slots. */
  List<?> slots() {
    CommandArguments command = new CommandArguments(Protocol.Command.CLUSTER).add("SLOTS");
    return (List<?>)
        call(
            redis -> redis.executeCommand(new CommandObject<>(command, BuilderFactory.RAW_OBJECT)));
  }

  private <T> T guarded(Supplier<T> command) {
    if (!breaker.tryAcquirePermit()) {
      counters.notCalled();
      throw RedisUnavailableException.notCalled(server.name());
    }
    long start = System.nanoTime();
    try {
      return DeadlineSocket.within(budget, () -> translated(command));
    } finally {
      counters.called(System.nanoTime() - start);
    }
  }

  /** Runs a command, and tells the breaker how it ended. */
  private <T> T translated(Supplier<T> command) {
    try {
      if (breaker.isHalfOpen() && !server.isOfCluster()) {
        client.set(probeKey, "", PROBE_LIFE); // a read alone would not tell a replica from a master
      }
      T reply = command.get();
      succeeded();
      return reply;
    } catch (LostException e) {
      throw counters.failed(e.error().toException(server.name())); // reported by the caller who led
    } catch (JedisDataException e) {
      if (server.isOfCluster() && RedirectedException.is(e)) {
        succeeded();
        throw RedirectedException.of(e);
      }
      throw counters.failed(failed(RedisError.of(e)));
    } catch (JedisException e) {
      throw counters.failed(failed(RedisError.of(e)));
    } catch (RuntimeException | Error e) {
      succeeded(); // not Redis's fault
      throw e;
    }
  }

  /**
   * Whether a call has a chance now: false while the circuit breaker is open. One failed call does
   * not open it.
   */
  boolean isAvailable() {
    return breaker.isClosed();
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
