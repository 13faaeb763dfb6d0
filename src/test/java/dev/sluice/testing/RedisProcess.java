package dev.sluice.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.resps.Slowlog;
import redis.embedded.core.ExecutableProvider;

/**
 * A real Redis server process on a free port of this machine, from the binary that the build
 * contains, or the one that the environment variable REDIS_SERVER names. It can be killed, frozen
 * and started again on the same port.
 */
public final class RedisProcess implements AutoCloseable {

  private static File binary;

  private final int port;
  private final List<String> options;
  private final Path directory;
  private Process process;

  private RedisProcess(int port, List<String> options) {
    this.port = port;
    this.options = options;
    try {
      directory = Files.createTempDirectory("redis");
      directory.toFile().deleteOnExit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a server with these further command line options and waits until it responds. */
  public static RedisProcess start(String... options) {
    return startOn(freePort(), options);
  }

  static RedisProcess startOn(int port, String... options) {
    RedisProcess redis = new RedisProcess(port, List.of(options));
    redis.restart();
    return redis;
  }

  /** Starts a replica of this server and waits until it has all data. */
  public RedisProcess startReplica() {
    RedisProcess replica = start("--replicaof", "127.0.0.1", "" + port);
    replica.awaitReplicated();
    return replica;
  }

  /** Waits until this replica is in step with its primary. */
  public void awaitReplicated() {
    try (Jedis jedis = connect()) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> jedis.info("replication").contains("master_link_status:up"));
    }
  }

  /** Makes {@code next}, a replica of this server, the primary, and this server its replica. */
  public void demote(RedisProcess next) {
    try (Jedis jedis = connect();
        Jedis other = next.connect()) {
      other.replicaofNoOne();
      jedis.replicaof("127.0.0.1", next.port);
    }
  }

  /** The same as {@link #demote}, by FAILOVER: no write is lost. Waits until it is done. */
  public void failOver(RedisProcess next) {
    try (Jedis jedis = connect()) {
      jedis.sendCommand("FAILOVER"::getBytes, "TO", "127.0.0.1", "" + next.port);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> jedis.info("replication").contains("role:slave"));
    }
  }

  /** Closes the connections of clients of this name, as {@code timeout} does when they idle. */
  public void disconnect(String name) {
    try (Jedis jedis = connect()) {
      connections(name)
          .forEach(
              line ->
                  jedis.sendCommand(
                      "CLIENT"::getBytes, "KILL", "ID", line.replaceFirst("^id=(\\d+).*", "$1")));
    }
    Awaitility.await().until(() -> connections(name).isEmpty());
  }

  /** Returns a server that is not started yet. Its port is free now. */
  public static RedisProcess stopped(String... options) {
    return new RedisProcess(freePort(), List.of(options));
  }

  /** Returns a port on which no process listens now. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int freePortUpTo(int highest) {
    return IntStream.generate(RedisProcess::freePort)
        .filter(port -> port <= highest)
        .findFirst()
        .orElseThrow();
  }

  /** Starts the server on its port with the data last saved, and waits until it responds. */
  public void restart(String... furtherOptions) {
    try {
      List<String> command =
          new ArrayList<>(
              List.of(
                  binary().getPath(), "--port", "" + port, "--save", "", "--bind", "127.0.0.1"));
      command.addAll(options);
      command.addAll(List.of(furtherOptions));
      process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(directory.resolve("redis.log").toFile()))
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Awaitility.await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptionsInstanceOf(JedisException.class)
        .until(() -> isResponding());
  }

  private boolean isResponding() {
    try (Jedis jedis = connect(1000)) {
      return jedis.getClient().isConnected() || jedis.ping() != null;
    } catch (redis.clients.jedis.exceptions.JedisDataException e) {
      return true; // it requires a password or is loading, but it responds
    }
  }

  static synchronized File binary() throws IOException {
    if (binary == null) {
      String named = System.getenv("REDIS_SERVER");
      if (named != null) {
        binary = new File(named);
      } else {
        File directory = Files.createTempDirectory("redis-server").toFile();
        binary = ExecutableProvider.newJarResourceProvider(directory).get();
        binary.deleteOnExit();
      }
    }
    return binary;
  }

  /**
   * Returns a connection for the test itself, to read and change what is stored. The caller closes
   * it.
   */
  public Jedis connect() {
    Jedis jedis = connect(5000);
    password().ifPresent(jedis::auth);
    return jedis;
  }

  private Jedis connect(int timeoutMillis) {
    return new Jedis(
        new HostAndPort("127.0.0.1", port),
        DefaultJedisClientConfig.builder()
            .serverDefaultProtocol()
            .timeoutMillis(timeoutMillis)
            .build());
  }

  private Optional<String> password() {
    int option = options.indexOf("--requirepass");
    return option < 0 ? Optional.empty() : Optional.of(options.get(option + 1));
  }

  /** Returns the lines of CLIENT LIST for clients of this name. */
  public List<String> connections(String name) {
    try (Jedis jedis = connect()) {
      return jedis.clientList().lines().filter(line -> line.contains("name=" + name)).toList();
    }
  }

  /** Saves this many bytes of unused data, so that the next start takes long. */
  public void fill(int bytes) {
    try (Jedis jedis = connect()) {
      jedis.configSet("rdbcompression", "no"); // while loading, it serves clients after every 2 MiB
      for (int i = 0; i < bytes / 20_000; i++) {
        jedis.set("filler:" + i, "x".repeat(20_000));
      }
      jedis.save();
    }
  }

  /** How often this command was received since the server started or CONFIG RESETSTAT. */
  public long calls(String command) {
    try (Jedis jedis = connect()) {
      return jedis
          .info("commandstats")
          .lines()
          .filter(line -> line.startsWith("cmdstat_" + command + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceFirst(".*:calls=(\\d+),.*", "$1")))
          .sum();
    }
  }

  /**
   * Counts the scripts that clients run on keys with this prefix during an action. The counts of
   * INFO would include those of others who use Redis at the same time.
   */
  public long scriptsOn(String prefix, Runnable action) {
    try (Jedis jedis = connect()) {
      jedis.configSet("slowlog-log-slower-than", "0");
      jedis.configSet("slowlog-max-len", "10000");
      jedis.slowlogReset();
      action.run();
      return jedis.slowlogGet(10_000).stream()
          .map(Slowlog::getArgs)
          .filter(sent -> sent.get(0).toLowerCase(Locale.ROOT).startsWith("eval"))
          .filter(sent -> sent.stream().anyMatch(text -> text.startsWith(prefix)))
          .count();
    }
  }

  public int port() {
    return port;
  }

  /** The address, with the password if one is required. */
  public URI url() {
    String credentials =
        password()
            .map(text -> ":" + URLEncoder.encode(text, StandardCharsets.UTF_8) + "@")
            .orElse("");
    return URI.create("redis://" + credentials + "127.0.0.1:" + port);
  }

  /** Kills the process with SIGKILL: no connection is closed in order. */
  public void kill() {
    if (process == null) {
      return; // never started
    }
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops the process with SIGSTOP: connections stay open, no request gets a reply. */
  public void freeze() {
    signal("STOP");
  }

  public void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, "" + process.pid()).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
