package dev.sluice.ratelimit;

import java.util.List;
import java.util.Optional;

/**
 * Tells a client's address behind proxies. Only what a trusted proxy has written counts: the header
 * is read from the right, where the last proxy appends, up to the first hop that is not trusted.
 * What cannot be read ends the reading, and the last hop that could stands for the client.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7239">RFC 7239, Forwarded</a>
 */
final class TrustedProxies {

  private record Network(IpAddress address, int bits) {

    /**
     * @throws IllegalArgumentException if it is not an address with an optional prefix length
     */
    static Network parse(String text) {
      int slash = text.indexOf('/');
      IpAddress address =
          IpAddress.parse(slash < 0 ? text : text.substring(0, slash))
              .orElseThrow(() -> wrong(text));
      int most = address.isVersion4() && text.indexOf(':') < 0 ? 32 : 128;
      int bits = most;
      if (slash >= 0) {
        String length = text.substring(slash + 1);
        bits = length.matches("\\d{1,3}") ? Integer.parseInt(length) : most + 1;
      }
      if (bits > most) {
        throw wrong(text);
      }
      return new Network(address.prefix(128 - most + bits), 128 - most + bits);
    }

    private static IllegalArgumentException wrong(String text) {
      return new IllegalArgumentException(
          "sluice.client.trusted-proxies: \""
              + text
              + "\" is not a network (expected e.g. 10.0.0.0/8, 192.0.2.1 or 2001:db8::/32)");
    }

    boolean contains(IpAddress other) {
      return other.prefix(bits).equals(address);
    }
  }

  private final List<Network> trusted;
  private final String header;
  private final boolean standard;
  private final int ipv6Prefix;

  /**
   * @throws IllegalArgumentException if a trusted proxy is not a network
   */
  TrustedProxies(ClientSettings settings) {
    trusted = settings.trustedProxies().stream().map(Network::parse).toList();
    header = settings.forwardedHeader();
    standard = header.equalsIgnoreCase("Forwarded");
    ipv6Prefix = settings.ipv6Prefix();
  }

  /** The header that trusted proxies write. */
  String header() {
    return header;
  }

  boolean trusts(IpAddress address) {
    for (Network network : trusted) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The client's address.
   *
   * @param peer who sent the request, a trusted proxy
   * @param lines the header's values, in the order of the request
   */
  IpAddress client(IpAddress peer, List<String> lines) {
    IpAddress client = peer;
    for (int line = lines.size() - 1; line >= 0; line--) {
      String text = lines.get(line);
      int end = text.length();
      while (end >= 0) {
        int comma = lastUnquoted(',', text, end);
        String element = text.substring(comma + 1, end).strip();
        end = comma;
        if (element.isEmpty()) {
          continue;
        }
        Optional<IpAddress> hop = hop(element);
        if (hop.isEmpty()) {
          return client;
        }
        client = hop.get();
        if (!trusts(client)) {
          return client;
        }
      }
    }
    return client;
  }

  /** One text for one client: IPv6 clients are one by prefix. */
  String key(IpAddress client) {
    return (client.isVersion4() ? client : client.prefix(ipv6Prefix)).toString();
  }

  private Optional<IpAddress> hop(String element) {
    return (standard ? forwardedFor(element) : Optional.of(element))
        .flatMap(TrustedProxies::unquoted)
        .flatMap(TrustedProxies::node);
  }

  /** The value of {@code for} in one element of {@code Forwarded}, where it may stand once. */
  private static Optional<String> forwardedFor(String element) {
    Optional<String> found = Optional.empty();
    int end = element.length();
    while (end >= 0) {
      int semicolon = lastUnquoted(';', element, end);
      String pair = element.substring(semicolon + 1, end);
      end = semicolon;
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).strip().equalsIgnoreCase("for")) {
        if (found.isPresent()) {
          return Optional.empty();
        }
        found = Optional.of(pair.substring(equals + 1).strip());
      }
    }
    return found;
  }

  /**
   * Where this separator stands for the last time before {@code end}, quoted strings aside; -1 if
   * nowhere. Quotes are paired from the right too: one that a client has left open swallows only
   * what stands left of it, and a separator that a proxy has quoted (in {@code host}) is none.
   */
  private static int lastUnquoted(char separator, String text, int end) {
    boolean quoted = false;
    for (int i = end - 1; i >= 0; i--) {
      char c = text.charAt(i);
      if (c == '"' && !(quoted && isEscaped(text, i))) {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isEscaped(String text, int place) {
    int backslashes = 0;
    while (backslashes < place && text.charAt(place - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }

  private static Optional<String> unquoted(String text) {
    int first = text.indexOf('"');
    if (first < 0) {
      return Optional.of(text);
    }
    boolean isQuoted = first == 0 && text.indexOf('"', 1) == text.length() - 1 && text.length() > 1;
    return isQuoted ? Optional.of(text.substring(1, text.length() - 1)) : Optional.empty();
  }

  /** An address with or without a port; {@code unknown} and {@code _hidden} are none. */
  private static Optional<IpAddress> node(String text) {
    if (text.startsWith("[")) {
      int bracket = text.indexOf(']');
      boolean isWhole = bracket > 0 && isPort(text.substring(bracket + 1));
      return isWhole && text.indexOf(':') > 0
          ? IpAddress.parse(text.substring(1, bracket))
          : Optional.empty();
    }
    int colon = text.indexOf(':');
    if (colon < 0 || colon != text.lastIndexOf(':')) {
      return IpAddress.parse(text);
    }
    return isPort(text.substring(colon))
        ? IpAddress.parse(text.substring(0, colon))
        : Optional.empty();
  }

  private static boolean isPort(String text) {
    return text.isEmpty() || text.matches(":(\\d{1,5}|_[A-Za-z0-9._-]+)");
  }
}
