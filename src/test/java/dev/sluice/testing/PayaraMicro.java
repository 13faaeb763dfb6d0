package dev.sluice.testing;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * A Payara Micro process started as a user starts it, for what Arquillian cannot do: deploy several
 * archives in one start, deploy wrong ones, undeploy one while the server runs on.
 */
public final class PayaraMicro implements AutoCloseable {

  private final ServerProcess server;

  private PayaraMicro(ServerProcess server) {
    this.server = server;
  }

  /** Starts a server with these archives and waits until each is deployed or refused. */
  public static PayaraMicro start(Map<String, String> environment, WebArchive... archives) {
    try {
      Path directory = Files.createTempDirectory("payara-micro");
      List<Path> wars = new ArrayList<>();
      for (WebArchive archive : archives) {
        Path war = directory.resolve(archive.getName());
        archive.as(ZipExporter.class).exportTo(war.toFile());
        wars.add(war);
      }
      return start(environment, directory, wars);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PayaraMicro start(Map<String, String> environment, Path directory, List<Path> wars)
      throws IOException {
    int port = RedisProcess.freePort();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("test.jvm", "-Xmx512m").split(" ")));
    String jar = System.getProperty("test.payara-micro", "target/payara-micro.jar");
    command.addAll(openings(jar));
    command.addAll(
        List.of(
            "-cp",
            jar + File.pathSeparator + console(directory),
            PayaraMicroConsole.class.getName()));
    command.addAll(List.of("--nohazelcast", "--port", "" + port));
    wars.forEach(war -> command.addAll(List.of("--deploy", war.toString())));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().putAll(environment);
    PayaraMicro server = new PayaraMicro(new ServerProcess(builder, port));
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () ->
                !server.server.isAlive()
                    || server.log().contains("ready in")
                    || server.log().contains("Payara Micro URLs"));
    return server;
  }

  /**
   * Returns a class path with the console only. If it also had the classes of an archive, a loader
   * that does not see the server would load them.
   */
  private static Path console(Path directory) throws IOException {
    String name = PayaraMicroConsole.class.getName().replace('.', '/') + ".class";
    Path classes = directory.resolve("console");
    Path copy = classes.resolve(name);
    Files.createDirectories(copy.getParent());
    try (InputStream in = PayaraMicro.class.getResourceAsStream("/" + name)) {
      Files.copy(in, copy);
    }
    return classes;
  }

  /** The options that {@code java -jar} reads from the manifest. */
  private static List<String> openings(String jar) throws IOException {
    try (JarFile file = new JarFile(jar)) {
      Attributes manifest = file.getManifest().getMainAttributes();
      return Stream.of("Add-Opens", "Add-Exports")
          .filter(name -> manifest.getValue(name) != null)
          .flatMap(
              name ->
                  Stream.of(manifest.getValue(name).split(" "))
                      .map(it -> "--" + name.toLowerCase(Locale.ROOT) + "=" + it + "=ALL-UNNAMED"))
          .toList();
    }
  }

  /** Everything that the server has written so far. */
  public String log() {
    return server.log();
  }

  public int port() {
    return server.port();
  }

  /** Undeploys the application of this name and waits until that is done. */
  public void undeploy(String name) {
    try {
      server.input().write((name + "\n").getBytes(StandardCharsets.UTF_8));
      server.input().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> log().contains("undeployed " + name));
  }

  @Override
  public void close() {
    server.close();
  }
}
