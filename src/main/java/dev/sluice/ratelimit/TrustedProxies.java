package dev.sluice.ratelimit;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Finds a client's address behind proxies. Only what a trusted proxy has written counts: the header
 * is read from the right, where the last proxy appends, up to the first hop that is not trusted. A
 * hop that cannot be parsed ends the reading; the one before it is then the client.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7239">RFC 7239, Forwarded</a>
 */
final class TrustedProxies {

  private static final System.Logger LOG = System.getLogger(RateLimiter.class.getName());

  private final AtomicBoolean warned = new AtomicBoolean();
  private final List<IpNetwork> trusted;
  private final String header;
  private final boolean standard;
  private final int ipv6Prefix;

  /**
   * @throws IllegalArgumentException if a trusted proxy is not a network
   */
  TrustedProxies(ClientSettings settings) {
    trusted = networks(settings.trustedProxies());
    header = settings.forwardedHeader();
    standard = header.equalsIgnoreCase("Forwarded");
    ipv6Prefix = settings.ipv6Prefix();
  }

  private static List<IpNetwork> networks(List<String> texts) {
    try {
      return IpNetwork.parseAll(texts);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("sluice.client.trusted-proxies: " + e.getMessage(), e);
    }
  }

  /** Returns the header that trusted proxies write. */
  String header() {
    return header;
  }

  boolean trusts(IpAddress address) {
    for (IpNetwork network : trusted) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the address of the client that sent a request. Warns of the first sender that is not a
   * trusted proxy and sends the header: a proxy that is not configured makes one client of all
   * behind it.
   *
   * @param peer the other end of the connection
   * @param lines reads the header's values, in the order of the request
   */
  IpAddress sender(IpAddress peer, Supplier<List<String>> lines) {
    if (trusts(peer)) {
      return client(peer, lines.get());
    }
    if (!warned.get() && !lines.get().isEmpty() && !warned.getAndSet(true)) {
      LOG.log(
          Level.WARNING,
          "{0} sends the header {1} but is not among sluice.client.trusted-proxies: the header is"
              + " ignored, and all clients behind this address are counted as one",
          peer,
          header);
    }
    return peer;
  }

  /**
   * Returns the client's address.
   *
   * @param peer the sender of the request, a trusted proxy
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

  /** Returns one text for one client: IPv6 clients are told apart by their prefix. */
  String key(IpAddress client) {
    return (client.isVersion4() ? client : client.prefix(ipv6Prefix)).toString();
  }

  private Optional<IpAddress> hop(String element) {
    return (standard ? forwardedFor(element) : Optional.of(element))
        .flatMap(TrustedProxies::unquoted)
        .flatMap(TrustedProxies::node);
  }

  /** Returns the value of {@code for} in one element of {@code Forwarded}; it may occur once. */
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
   * Returns the last place of the separator before {@code end}, outside of quoted strings; -1 if
   * there is none. Quotes are paired from the right too: one that a client has left open affects
   * only what is left of it, and a separator that a proxy has quoted (in {@code host}) is none.
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
