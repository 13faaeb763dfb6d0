package dev.sluice.ratelimit;

import java.util.List;

/** A range of addresses with a common prefix (CIDR), of IPv4 or IPv6. */
record IpNetwork(IpAddress address, int bits) {

  /**
   * Reads networks such as {@code 10.0.0.0/8} or single addresses.
   *
   * @throws IllegalArgumentException if one is not an address with an optional prefix length
   */
  static List<IpNetwork> parseAll(List<String> texts) {
    return texts.stream().map(IpNetwork::parse).toList();
  }

  private static IpNetwork parse(String text) {
    int slash = text.indexOf('/');
    IpAddress address =
        IpAddress.parse(slash < 0 ? text : text.substring(0, slash)).orElseThrow(() -> wrong(text));
    int most = address.isVersion4() && text.indexOf(':') < 0 ? 32 : 128;
    int bits = most;
    if (slash >= 0) {
      String length = text.substring(slash + 1);
      bits = length.matches("\\d{1,3}") ? Integer.parseInt(length) : most + 1;
    }
    if (bits > most) {
      throw wrong(text);
    }
    return new IpNetwork(address.prefix(128 - most + bits), 128 - most + bits);
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "\"" + text + "\" is not a network (expected e.g. 10.0.0.0/8, 192.0.2.1 or 2001:db8::/32)");
  }

  boolean contains(IpAddress other) {
    return other.prefix(bits).equals(address);
  }
}
