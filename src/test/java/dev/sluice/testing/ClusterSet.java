package dev.sluice.testing;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * A Redis Cluster as {@code server-config/redis} sets it up, three primaries with a replica each,
 * from the binary of {@link RedisProcess}.
 */
public final class ClusterSet implements AutoCloseable {

  private static final int SLOTS = 16_384;
  private static final int PRIMARIES = 3;

  private final List<RedisProcess> servers = new ArrayList<>();

  private ClusterSet() {}

  /** Starts all processes and waits until each knows the whole cluster. */
  public static ClusterSet start() {
    ClusterSet set = new ClusterSet();
    for (int i = 0; i < 2 * PRIMARIES; i++) {
      set.servers.add(startNode());
    }
    for (int i = 0; i < PRIMARIES; i++) {
      set.assign(i);
    }
    try (Jedis first = set.servers.get(0).connect()) {
      set.servers.forEach(server -> first.clusterMeet("127.0.0.1", server.port()));
    }
    set.servers.forEach(server -> awaitInfo(server, "cluster_known_nodes:" + 2 * PRIMARIES));
    for (int i = 0; i < PRIMARIES; i++) {
      set.replicate(set.servers.get(i), set.servers.get(PRIMARIES + i));
    }
    set.awaitWhole();
    return set;
  }

  private static RedisProcess startNode() {
    return RedisProcess.startOn(
        RedisProcess.freePortUpTo(55_535), // the port of the cluster's bus is 10,000 higher
        "--include",
        Path.of("server-config", "redis", "cluster.conf").toAbsolutePath().toString(),
        "--cluster-node-timeout",
        "2000",
        "--cluster-replica-validity-factor",
        "0",
        "--repl-diskless-sync-delay",
        "0");
  }

  private void assign(int primary) {
    int first = primary * SLOTS / PRIMARIES;
    int end = (primary + 1) * SLOTS / PRIMARIES;
    try (Jedis jedis = servers.get(primary).connect()) {
      jedis.clusterSetConfigEpoch(primary + 1L);
      jedis.clusterAddSlots(IntStream.range(first, end).toArray());
    }
  }

  private void replicate(RedisProcess primary, RedisProcess replica) {
    try (Jedis jedis = primary.connect();
        Jedis other = replica.connect()) {
      String id = jedis.clusterMyId();
      Awaitility.await()
          .pollInterval(Duration.ofMillis(20))
          .ignoreExceptionsInstanceOf(
              JedisException.class) // as long as it does not know the primary
          .until(() -> other.clusterReplicate(id).equals("OK"));
    }
  }

  /** Waits until every slot has a primary, each with a replica in step, as all nodes see it. */
  public void awaitWhole() {
    servers.forEach(server -> awaitInfo(server, "cluster_state:ok"));
    servers.forEach(
        server ->
            Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(JedisException.class)
                .until(() -> isInStep(server)));
  }

  private static boolean isInStep(RedisProcess server) {
    try (Jedis jedis = server.connect()) {
      String info = jedis.info("replication");
      return info.contains("master_link_status:up")
          || (info.contains("role:master") && info.contains("state=online"));
    }
  }

  private static void awaitInfo(RedisProcess server, String line) {
    try (Jedis jedis = server.connect()) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> jedis.clusterInfo().contains(line));
    }
  }

  /** The address, by two of the nodes. */
  public URI url() {
    return URI.create(
        servers.subList(1, 3).stream()
            .map(server -> "127.0.0.1:" + server.port())
            .collect(Collectors.joining(",", "redis+cluster://", "")));
  }

  /** The nodes that have slots now. */
  public List<RedisProcess> primaries() {
    return servers.stream().filter(server -> role(server).equals(Optional.of("master"))).toList();
  }

  private static Optional<String> role(RedisProcess server) {
    try (Jedis jedis = server.connect()) {
      return Optional.of((String) jedis.role().get(0));
    } catch (JedisException e) {
      return Optional.empty();
    }
  }

  /** The node that serves this key now. */
  public RedisProcess primaryOf(String key) {
    return primaries().stream().filter(server -> serves(server, key)).findFirst().orElseThrow();
  }

  private static boolean serves(RedisProcess server, String key) {
    try (Jedis jedis = server.connect()) {
      jedis.exists(key);
      return true;
    } catch (JedisAskDataException e) {
      return true; // it serves the slot, which is on its way elsewhere
    } catch (JedisException e) {
      return false;
    }
  }

  /** A node that replicates {@code primary}. */
  public RedisProcess replicaOf(RedisProcess primary) {
    String line = "master_port:" + primary.port();
    return servers.stream()
        .filter(
            server -> {
              try (Jedis jedis = server.connect()) {
                return jedis.info("replication").contains(line);
              } catch (JedisException e) {
                return false;
              }
            })
        .findFirst()
        .orElseThrow();
  }

  /** Makes {@code replica} the primary in place of its own, which agrees: no write is lost. */
  public void failOver(RedisProcess replica) {
    try (Jedis jedis = replica.connect()) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(500))
          .ignoreExceptionsInstanceOf(JedisException.class) // it became one just now
          .until(() -> isPrimaryOrAsksToBe(jedis));
    }
  }

  /** A failover that the others have not agreed to in time is given up, and asked for again. */
  private static boolean isPrimaryOrAsksToBe(Jedis jedis) {
    if (jedis.info("replication").contains("role:master")) {
      return true;
    }
    jedis.clusterFailover();
    return false;
  }

  /** Moves the slot of {@code key} with all its keys, as {@code redis-cli --cluster} does. */
  public void move(String key, RedisProcess target) {
    int slot = JedisClusterCRC16.getSlot(key);
    beginMove(key, target);
    RedisProcess source = primaryOf(key);
    try (Jedis from = source.connect()) {
      for (String each : from.clusterGetKeysInSlot(slot, 1000)) {
        from.migrate("127.0.0.1", target.port(), each, 0, 5000);
      }
    }
    endMove(key, target);
  }

  /** From now on keys of the slot that its primary does not have are asked for at the target. */
  public void beginMove(String key, RedisProcess target) {
    int slot = JedisClusterCRC16.getSlot(key);
    try (Jedis from = primaryOf(key).connect();
        Jedis to = target.connect()) {
      to.clusterSetSlotImporting(slot, from.clusterMyId());
      from.clusterSetSlotMigrating(slot, to.clusterMyId());
    }
  }

  /** The target has the slot from now on, as all primaries know. */
  public void endMove(String key, RedisProcess target) {
    int slot = JedisClusterCRC16.getSlot(key);
    try (Jedis to = target.connect()) {
      String id = to.clusterMyId();
      to.clusterSetSlotNode(slot, id);
      for (RedisProcess each : primaries()) {
        try (Jedis jedis = each.connect()) {
          jedis.clusterSetSlotNode(slot, id);
        }
      }
    }
  }

  /** Deletes all keys. */
  public void flush() {
    for (RedisProcess each : primaries()) {
      try (Jedis jedis = each.connect()) {
        jedis.flushAll();
      }
    }
  }

  @Override
  public void close() {
    servers.forEach(RedisProcess::close);
  }
}
