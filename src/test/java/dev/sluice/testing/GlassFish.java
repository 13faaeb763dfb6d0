package dev.sluice.testing;

import static org.hamcrest.Matchers.equalTo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.spi.client.container.ContainerConfiguration;
import org.jboss.arquillian.container.spi.client.container.DeployableContainer;
import org.jboss.arquillian.container.spi.client.container.DeploymentException;
import org.jboss.arquillian.container.spi.client.protocol.ProtocolDescription;
import org.jboss.arquillian.container.spi.client.protocol.metadata.HTTPContext;
import org.jboss.arquillian.container.spi.client.protocol.metadata.ProtocolMetaData;
import org.jboss.arquillian.container.spi.client.protocol.metadata.Servlet;
import org.jboss.arquillian.core.spi.LoadableExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;

/**
 * The Arquillian adapter for GlassFish and Payara Server, of which none is published for these
 * versions: one domain of its own for a test run, administered by {@code asadmin}.
 */
public final class GlassFish
    implements LoadableExtension, DeployableContainer<GlassFish.Configuration> {

  static final Set<String> SERVERS = Set.of("glassfish", "payara-server");

  /** The ports that a new domain listens on, beside 8080. */
  private static final List<Integer> PORTS = List.of(8181, 4848, 8686, 3700, 3820, 3920, 7676);

  private final int administration = RedisProcess.freePort();

  private ServerProcess server;

  /** No settings: everything follows from the build's properties. */
  public static final class Configuration implements ContainerConfiguration {
    @Override
    public void validate() {}
  }

  @Override
  public void register(ExtensionBuilder builder) {
    if (SERVERS.contains(System.getProperty("test.server"))) {
      builder.service(DeployableContainer.class, GlassFish.class);
    }
  }

  @Override
  public Class<Configuration> getConfigurationClass() {
    return Configuration.class;
  }

  @Override
  public ProtocolDescription getDefaultProtocol() {
    return new ProtocolDescription("Servlet 6.0");
  }

  @Override
  public void start() {
    try {
      Path directory = Files.createTempDirectory("server");
      int port = Integer.getInteger("test.http-port");
      ProcessBuilder builder = command(List.of(), directory, port, administration);
      server = new ServerProcess(builder.directory(directory.toFile()), port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> asadmin("list-applications"), equalTo(""));
  }

  @Override
  public void stop() {
    server.close();
  }

  @Override
  public ProtocolMetaData deploy(Archive<?> archive) throws DeploymentException {
    try {
      Path file = Files.createTempDirectory("archive").resolve(archive.getName());
      archive.as(ZipExporter.class).exportTo(file.toFile());
      administer("deploy", file.toString());
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ProtocolMetaData()
        .addContext(new HTTPContext("localhost", server.port()).add(new Servlet("default", "/")));
  }

  @Override
  public void undeploy(Archive<?> archive) throws DeploymentException {
    administer("undeploy", archive.getName().replaceFirst("\\.[a-z]+$", ""));
  }

  private void administer(String... command) throws DeploymentException {
    String failure = asadmin(command);
    if (!failure.isEmpty()) {
      throw new DeploymentException(failure + "\n" + server.log());
    }
  }

  /** Runs a command on the domain; returns its output if it fails, else nothing. */
  private String asadmin(String... command) {
    List<String> words =
        new ArrayList<>(List.of("--interactive=false", "--port", "" + administration));
    words.addAll(List.of(command));
    try {
      Process process = asadmin(words);
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? "" : "asadmin " + words + ": " + output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  private static Process asadmin(List<String> words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(home().resolve("bin/asadmin").toString());
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("AS_JAVA", System.getProperty("java.home"));
    return builder.start();
  }

  private static Path home() {
    return Path.of(System.getProperty("test.server-home"));
  }

  /** Makes a domain in this directory that deploys these archives at its start. */
  static ProcessBuilder command(List<Path> archives, Path directory, int port) throws IOException {
    return command(archives, directory, port, RedisProcess.freePort());
  }

  private static ProcessBuilder command(
      List<Path> archives, Path directory, int port, int administration) throws IOException {
    Path domain = directory.resolve("domain1");
    ServerProcess.copyTree(home().resolve("glassfish/domains/domain1"), domain);
    Path config = domain.resolve("config/domain.xml");
    String xml = Files.readString(config).replace("\"8080\"", "\"" + port + "\"");
    for (int known : PORTS) {
      int free = known == 4848 ? administration : RedisProcess.freePort();
      xml = xml.replace("\"" + known + "\"", "\"" + free + "\"");
    }
    Files.writeString(config, xml);
    ServerProcess.copy(archives, Files.createDirectories(domain.resolve("autodeploy")));
    ProcessBuilder builder = new ProcessBuilder(invocation(directory));
    // Payara reads a master password from there.
    return builder.redirectInput(Redirect.from(Files.createTempFile("no", ".in").toFile()));
  }

  /**
   * Returns the command that {@code asadmin start-domain} would launch. Started by asadmin itself,
   * the server would not get the signals that stop it.
   */
  private static List<String> invocation(Path directory) throws IOException {
    List<String> words = List.of("start-domain", "--dry-run", "--domaindir", directory.toString());
    Process dry = asadmin(words);
    List<String> lines =
        new String(dry.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    int java =
        lines.indexOf(
            lines.stream()
                .filter(it -> it.endsWith("/bin/java"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(String.join("\n", lines))));
    List<String> command = new ArrayList<>(lines.subList(java, lines.size()));
    command.removeIf(line -> line.startsWith("Command start-domain") || line.isBlank());
    command.addAll(1, ServerProcess.jvmOptions());
    return command;
  }
}
