package dev.sluice.redis;

import dev.sluice.redis.NodeConnection.Options;
import dev.sluice.redis.RedisServer.Login;
import dev.sluice.redis.ScriptPipeline.Call;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.UnifiedJedis;

/**
 * One feature's way to one Redis: a server, the primary that Sentinels name, or a cluster. Every
 * node has a pool of connections and a circuit breaker, every call a time budget. Opens on first
 * use.
 *
 * <p>All keys of one call have one hash tag, so that a cluster keeps them on one node.
 */
public final class RedisConnection implements AutoCloseable {

  private final RedisServer server;
  private final Nodes nodes;
  private final CallCounters counters = new CallCounters();

  /**
   * Makes a connection of its own to the Redis at {@code url}, as caches have one. Does not connect
   * yet.
   *
   * @param url as in the setting {@code sluice.redis.url}
   * @param keyPrefix the application's; a key under it is written when Redis is tried after trouble
   * @param budget what a call may take: waiting for a connection, connecting and the reply
   *     together. Looking up the host's name is the one thing that it does not bound
   * @param poolSize connections to a node at the most
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
    Options options = new Options(use, keyPrefix, budget, poolSize, counters);
    this.server = server;
    this.nodes =
        server.isOfCluster() ? new ClusterNodes(server, options) : new SingleNode(server, options);
  }

  /**
   * Runs one command without keys on any node, within the budget and never twice.
   *
   * @throws RedisUnavailableException if Redis cannot be called now, did not reply in time or
   *     refused to serve
   * @throws RedisCorruptException if a key holds a value of another type
   * @throws RedisException if the call was at fault
   */
  public <T> T call(Function<UnifiedJedis, T> command) {
    try {
      return nodes.any().call(command);
    } catch (RedirectedException e) {
      throw new RedisException(
          "The command has keys, which are on another node: " + e.getMessage());
    }
  }

  /**
   * Runs one command, or a pipeline that may be run again, where {@code key} is; all its keys have
   * the same hash tag. Throws as {@link #call(Function)}.
   */
  public <T> T call(byte[] key, Function<UnifiedJedis, T> command) {
    return nodes.at(key, node -> node.call(command));
  }

  /**
   * Runs a script in one round trip, which small scripts of concurrent callers share; in two when
   * Redis does not know it yet. Throws as {@link #call(Function)}.
   */
  public Object run(RedisScript script, List<byte[]> keys, List<byte[]> arguments) {
    Call call = new Call(script, keys, arguments);
    return nodes.at(keys.get(0), node -> node.run(call));
  }

  /**
   * The same in a round trip of its own, for a script whose reply is long: it would hold up those
   * who share its round trip.
   */
  public Object runAlone(RedisScript script, List<byte[]> keys, List<byte[]> arguments) {
    Call call = new Call(script, keys, arguments);
    return nodes.at(keys.get(0), node -> node.runAlone(call));
  }

  /**
   * Runs scripts in one round trip to each node that has keys of theirs. Throws as {@link
   * #call(Function)}, but for a key of another type.
   *
   * @return the replies, in order; null for a script without keys, which is not run; {@link
   *     ScriptPipeline#CORRUPT} where a key holds a value of another type
   */
  public List<@Nullable Object> run(List<Call> calls) {
    return nodes.run(calls);
  }

  /** Groups what one call may name together: by hash tag in a cluster, else all. */
  public <T> List<List<T>> grouped(List<T> all, Function<T, byte[]> key) {
    return nodes.grouped(all, key);
  }

  /** Whether a listener hears of changes; not in a cluster, whose nodes report their own only. */
  public boolean canListen() {
    return !server.isOfCluster();
  }

  /** A listener to the changes of this server's keys that start with {@code prefix}. */
  public InvalidationListener listener(String prefix, Invalidations receiver) {
    return new InvalidationListener(server, prefix, receiver);
  }

  /**
   * Whether calls have a chance now: false while a circuit breaker is open. One failed call does
   * not open it.
   */
  public boolean isAvailable() {
    return nodes.areAvailable();
  }

  /** The calls so far. */
  public RedisStatistics statistics() {
    return counters.statistics();
  }

  /** The same, of the node that has this key. */
  public boolean isAvailable(byte[] key) {
    return nodes.isAvailable(key);
  }

  /** Hosts and ports, for logs. */
  @Override
  public String toString() {
    return server.name();
  }

  /** Closes all connections. */
  @Override
  public void close() {
    nodes.close();
  }
}
