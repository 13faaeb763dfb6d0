package dev.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A primary with a replica, watched by three Sentinel processes, all from the binary of {@link
 * RedisProcess} on free ports.
 */
public final class SentinelSet implements AutoCloseable {

  public static final String PRIMARY = "main";

  private static final int SENTINELS = 3;

  private final List<RedisProcess> servers = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();
  private final List<Process> sentinels = new ArrayList<>();

  private SentinelSet() {}

  /** Starts all processes and waits until the Sentinels know the replica and each other. */
  public static SentinelSet start() {
    SentinelSet set = new SentinelSet();
    RedisProcess primary = RedisProcess.start();
    set.servers.add(primary);
    set.servers.add(primary.startReplica());
    for (int i = 0; i < SENTINELS; i++) {
      set.startSentinel(primary.port());
    }
    set.ports.forEach(SentinelSet::awaitComplete);
    return set;
  }

  private void startSentinel(int primaryPort) {
    try {
      int port = RedisProcess.freePort();
      Path directory = Files.createTempDirectory("sentinel");
      Path config = directory.resolve("sentinel.conf");
      Files.writeString(
          config,
          """
          port %d
          bind 127.0.0.1
          dir %s
          sentinel monitor %s 127.0.0.1 %d 2
          sentinel down-after-milliseconds %3$s 3000
          sentinel failover-timeout %3$s 5000
          """
              .formatted(port, directory, PRIMARY, primaryPort));
      Process process =
          new ProcessBuilder(RedisProcess.binary().getPath(), config.toString(), "--sentinel")
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("sentinel.log").toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      sentinels.add(process);
      ports.add(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitComplete(int port) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(
            () -> {
              try (Jedis jedis = new Jedis("127.0.0.1", port)) {
                Map<String, String> state = jedis.sentinelMaster(PRIMARY);
                return state.get("num-slaves").equals("1")
                    && state.get("num-other-sentinels").equals("" + (SENTINELS - 1))
                    && state.get("flags").equals("master");
              }
            });
  }

  /** The address of Redis by way of the Sentinels. */
  public URI url() {
    String hosts = ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    return URI.create("redis+sentinel://" + hosts + "/" + PRIMARY);
  }

  /** The ports of the Sentinels, in the order of the URL. */
  public List<Integer> ports() {
    return List.copyOf(ports);
  }

  /** The server that the Sentinels name now. */
  public RedisProcess primary() {
    int port = addressOfPrimary(ports.get(0));
    return servers.stream().filter(it -> it.port() == port).findFirst().orElseThrow();
  }

  private static int addressOfPrimary(int sentinel) {
    try (Jedis jedis = new Jedis("127.0.0.1", sentinel)) {
      return Integer.parseInt(jedis.sentinelGetMasterAddrByName(PRIMARY).get(1));
    }
  }

  /** The server that is not {@code primary}. */
  public RedisProcess other(RedisProcess primary) {
    return servers.stream().filter(it -> it != primary).findFirst().orElseThrow();
  }

  /** Asks for a failover, as an operator does. */
  public void failOver() {
    try (Jedis jedis = new Jedis("127.0.0.1", ports.get(0))) {
      jedis.sentinelFailover(PRIMARY);
    }
  }

  /** Waits until this server is a primary. Its promotion closes the connections of clients. */
  public static void awaitPromoted(RedisProcess server) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(10))
        .ignoreExceptionsInstanceOf(JedisException.class)
        .until(() -> !isReplica(server));
  }

  /** Waits until {@code primary} is the primary for all Sentinels, and the other its replica. */
  public void awaitWhole(RedisProcess primary) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptionsInstanceOf(JedisException.class)
        .until(
            () ->
                ports.stream().allMatch(port -> addressOfPrimary(port) == primary.port())
                    && isReplica(other(primary)));
    other(primary).awaitReplicated();
    ports.forEach(SentinelSet::awaitComplete);
  }

  private static boolean isReplica(RedisProcess server) {
    try (Jedis jedis = server.connect()) {
      return jedis.info("replication").contains("role:slave");
    }
  }

  /** Stops or continues the Sentinel at this place of the URL, by a signal. */
  public void signal(int sentinel, String name) {
    try {
      new ProcessBuilder("kill", "-" + name, "" + sentinels.get(sentinel).pid())
          .inheritIO()
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    sentinels.forEach(Process::destroyForcibly);
    servers.forEach(RedisProcess::close);
  }
}
