package dev.sluice.testing;

import static io.restassured.RestAssured.given;

import io.restassured.response.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * A server of the kind that the build tests in, as an operator runs it: started by its own command
 * with its archives, read by its log, stopped by a signal.
 */
public final class ServerProcess implements AutoCloseable {

  private final Process process;
  private final Path log;
  private final int port;

  ServerProcess(ProcessBuilder builder, int port) {
    this(builder, port, builder.directory().toPath().resolve("output.log"));
  }

  private ServerProcess(ProcessBuilder builder, int port, Path log) {
    Path output = builder.directory().toPath().resolve("output.log");
    try {
      process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.port = port;
    this.log = log;
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
  }

  /** Starts it with this archive and waits until it responds. */
  public static ServerProcess start(WebArchive archive) {
    try {
      ServerProcess server =
          start(List.of(export(archive, Files.createTempDirectory("archive"))), Map.of());
      server.awaitResponse();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it with these archives and does not wait for them. */
  public static ServerProcess start(List<Path> archives, Map<String, String> environment) {
    try {
      Path directory = Files.createTempDirectory("server");
      int port = RedisProcess.freePort();
      ProcessBuilder builder =
          switch (System.getProperty("test.server")) {
            case "wildfly" -> wildfly(archives, directory, port);
            case "liberty" -> liberty(archives, directory, port);
            case "glassfish", "payara-server" -> GlassFish.command(archives, directory, port);
            default -> payaraMicro(archives, port);
          };
      builder.directory(directory.toFile()).environment().putAll(environment);
      return new ServerProcess(builder, port, log(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path log(Path directory) {
    return directory.resolve(
        System.getProperty("test.server").equals("liberty")
            ? "servers/sluice/logs/messages.log"
            : "output.log");
  }

  private static ProcessBuilder payaraMicro(List<Path> archives, int port) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions());
    command.addAll(List.of("-jar", System.getProperty("test.payara-micro"), "--nohazelcast"));
    command.addAll(List.of("--port", "" + port));
    archives.forEach(archive -> command.addAll(List.of("--deploy", archive.toString())));
    return new ProcessBuilder(command);
  }

  private static ProcessBuilder wildfly(List<Path> archives, Path directory, int port)
      throws IOException {
    Path home = Path.of(System.getProperty("test.server-home"));
    copyTree(home.resolve("standalone/configuration"), directory.resolve("configuration"));
    copy(archives, Files.createDirectory(directory.resolve("deployments")));
    ProcessBuilder builder =
        new ProcessBuilder(
            home.resolve("bin/standalone.sh").toString(),
            "-Djboss.server.base.dir=" + directory,
            "-Djboss.http.port=" + port,
            "-Djboss.https.port=0",
            "-Djboss.management.http.port=0",
            "-Djboss.management.https.port=0",
            "-Dorg.wildfly.sigterm.suspend.timeout=30");
    builder.environment().put("JAVA_OPTS", System.getProperty("test.jvm"));
    builder.environment().put("LAUNCH_JBOSS_IN_BACKGROUND", "true"); // hands signals on
    return builder;
  }

  private static ProcessBuilder liberty(List<Path> archives, Path directory, int port)
      throws IOException {
    Path home = Path.of(System.getProperty("test.server-home"));
    Path server = Files.createDirectories(directory.resolve("servers/sluice"));
    copyTree(Path.of("server-config/liberty"), server);
    Files.write(server.resolve("jvm.options"), jvmOptions());
    copy(archives, Files.createDirectory(server.resolve("dropins")));
    ProcessBuilder builder =
        new ProcessBuilder(home.resolve("bin/server").toString(), "run", "sluice");
    builder
        .environment()
        .putAll(Map.of("WLP_USER_DIR", directory.toString(), "HTTP_PORT", "" + port));
    return builder;
  }

  static List<String> jvmOptions() {
    return List.of(System.getProperty("test.jvm").split(" "));
  }

  private static Path export(WebArchive archive, Path folder) {
    Path file = folder.resolve(archive.getName());
    archive.as(ZipExporter.class).exportTo(file.toFile());
    return file;
  }

  static void copy(List<Path> files, Path to) throws IOException {
    for (Path file : files) {
      Files.copy(file, to.resolve(file.getFileName()));
    }
  }

  static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        if (Files.isDirectory(file)) {
          Files.createDirectories(to.resolve(from.relativize(file)));
        } else {
          Files.copy(file, to.resolve(from.relativize(file)));
        }
      }
    }
  }

  private void awaitResponse() {
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> !process.isAlive() || serves());
    if (!process.isAlive()) {
      throw new IllegalStateException("The server has ended:\n" + log());
    }
  }

  /** A server's own page at the root is no response of the service. */
  private boolean serves() {
    Response response = given().port(port).get("/");
    return response.statusCode() == 200 && response.contentType().startsWith("application/json");
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What is written here it reads from its standard input. */
  OutputStream input() {
    return process.getOutputStream();
  }

  /** Everything that it has logged so far. */
  public String log() {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return port;
  }

  /** SIGTERM, as an operator or a container engine stops it; waits until it is gone. */
  public void terminate() {
    process.destroy();
    waitFor();
  }

  private void waitFor() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("The server does not stop:\n" + log());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly); // a script may have started it
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
    waitFor();
  }
}
