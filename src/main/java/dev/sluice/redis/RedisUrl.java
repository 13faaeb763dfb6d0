package dev.sluice.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The URL of Redis: {@code redis://[user:password@]host[:port][/database]}, or with Sentinels
 * {@code redis+sentinel://[user:password@]host[:port][,host[:port]…]/primary[/database]}; with
 * Redis Cluster {@code redis+cluster://[user:password@]host[:port][,host[:port]…]}; {@code rediss}
 * for TLS. A host name may contain {@code _}, as those of Docker Swarm do, which {@link
 * java.net.URI} does not read.
 *
 * @param hosts the one server, the Sentinels, or nodes of the cluster to begin with
 * @param primary the name by which the Sentinels know the primary; empty without Sentinels
 * @param database from 0
 */
record RedisUrl(
    Topology topology,
    Transport transport,
    Optional<Credentials> credentials,
    List<Address> hosts,
    Optional<String> primary,
    int database) {

  private static final int DEFAULT_PORT = 6379;
  private static final int DEFAULT_SENTINEL_PORT = 26_379;

  private static final String EXPECTED =
      "expected redis://[user:password@]host[:port][/database], rediss://…,"
          + " redis+sentinel://[user:password@]host[:port][,host[:port]…]/primary[/database] or"
          + " redis+cluster://[user:password@]host[:port][,host[:port]…]";

  private static final Pattern PARTS =
      Pattern.compile(
          "(?<scheme>rediss?(?:\\+(?:sentinel|cluster))?)://(?:(?<user>[^/?#@\\s]*)@)?(?<hosts>[^/?#@\\s]+)"
              + "(?<path>/.*)?");
  private static final Pattern HOST =
      Pattern.compile("(?<host>[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::(?<port>\\d{1,5}))?");
  private static final Pattern PRIMARY =
      Pattern.compile("/(?<primary>[A-Za-z0-9._-]+)(?<database>/.*)?");

  /** What the hosts are. */
  enum Topology {
    SERVER,
    SENTINELS,
    CLUSTER
  }

  /** What carries the bytes. */
  enum Transport {
    TCP,
    TLS
  }

  /** Name and password; without a name the password is that of the user {@code default}. */
  record Credentials(Optional<String> user, String password) {
    @Override
    public String toString() {
      return user.orElse("") + ":***";
    }
  }

  /** Host and port. */
  record Address(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException with a message that says what was expected, without the text
   */
  static RedisUrl parse(String text) {
    Matcher parts = PARTS.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(EXPECTED);
    }
    Transport transport = text.startsWith("rediss") ? Transport.TLS : Transport.TCP;
    Optional<Credentials> credentials =
        Optional.ofNullable(parts.group("user")).map(RedisUrl::toCredentials);
    String hosts = parts.group("hosts");
    String path = Optional.ofNullable(parts.group("path")).orElse("");
    if (parts.group("scheme").endsWith("+sentinel")) {
      return ofSentinels(transport, credentials, hosts, path);
    }
    boolean isCluster = parts.group("scheme").endsWith("+cluster");
    if (isCluster && !path.matches("/?")) {
      throw new IllegalArgumentException("expected nothing after the nodes of Redis Cluster");
    }
    return new RedisUrl(
        isCluster ? Topology.CLUSTER : Topology.SERVER,
        transport,
        credentials,
        isCluster ? toAddresses(hosts, DEFAULT_PORT) : List.of(toAddress(hosts, DEFAULT_PORT)),
        Optional.empty(),
        toDatabase(path));
  }

  private static RedisUrl ofSentinels(
      Transport transport, Optional<Credentials> credentials, String hosts, String path) {
    Matcher primary = PRIMARY.matcher(path);
    if (!primary.matches()) {
      throw new IllegalArgumentException("expected the name of the primary after the Sentinels");
    }
    return new RedisUrl(
        Topology.SENTINELS,
        transport,
        credentials,
        toAddresses(hosts, DEFAULT_SENTINEL_PORT),
        Optional.of(primary.group("primary")),
        toDatabase(Optional.ofNullable(primary.group("database")).orElse("")));
  }

  /** One node of this cluster. */
  RedisUrl at(Address node) {
    return new RedisUrl(topology, transport, credentials, List.of(node), primary, database);
  }

  private static List<Address> toAddresses(String hosts, int defaultPort) {
    return Arrays.stream(hosts.split(",", -1)).map(host -> toAddress(host, defaultPort)).toList();
  }

  private static Credentials toCredentials(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(
          "expected user:password or :password before the @, which has no colon here");
    }
    return new Credentials(
        Optional.of(decoded(text.substring(0, colon))).filter(user -> !user.isEmpty()),
        decoded(text.substring(colon + 1)));
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("expected %25 for a % in user or password", e);
    }
  }

  private static Address toAddress(String text, int defaultPort) {
    Matcher host = HOST.matcher(text);
    int port = -1;
    if (host.matches()) {
      port = Optional.ofNullable(host.group("port")).map(Integer::parseInt).orElse(defaultPort);
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(EXPECTED + ", with a port from 1 to 65535");
    }
    return new Address(host.group("host"), port);
  }

  private static int toDatabase(String path) {
    if (!path.matches("/?|/\\d{1,4}")) {
      throw new IllegalArgumentException("expected a database number after the host");
    }
    return path.length() < 2 ? 0 : Integer.parseInt(path.substring(1));
  }

  /** Host and port, or the primary and its Sentinels, for logs: no user, no password. */
  String name() {
    String addresses = hosts.stream().map(Address::toString).collect(Collectors.joining(","));
    return primary.map(name -> name + " of Sentinels " + addresses).orElse(addresses);
  }

  @Override
  public String toString() {
    return name();
  }
}
