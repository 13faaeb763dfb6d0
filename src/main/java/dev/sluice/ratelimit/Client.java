package dev.sluice.ratelimit;

import java.util.Locale;

/**
 * The client that a request is charged to: what the draft calls a partition. Limits, {@link
 * RateLimiter} and rules name clients in this one way. The kind is part of it, so that no header's
 * value is ever taken for an address.
 *
 * @param kind by what the client is told apart
 * @param name its address, principal's name, header's value or key; empty for {@link Kind#EVERYONE}
 */
public record Client(Kind kind, String name) {

  /** By what clients are told apart. */
  public enum Kind {
    /** The IP address; IPv6 clients are told apart by the prefix that is configured. */
    ADDRESS,
    /** The name of the authenticated principal. */
    PRINCIPAL,
    /** The value of a request header. */
    HEADER,
    /** A key that a {@link RateLimitRule} chose. */
    KEY,
    /** Not at all: one client. */
    EVERYONE
  }

  private static final Client ALL = new Client(Kind.EVERYONE, "");

  /** Returns the client with this address, in its text form. */
  public static Client address(String address) {
    return new Client(Kind.ADDRESS, address);
  }

  /** Returns the client whose authenticated principal has this name. */
  public static Client principal(String name) {
    return new Client(Kind.PRINCIPAL, name);
  }

  /** Returns the client that sends this value in the policy's header. */
  public static Client header(String value) {
    return new Client(Kind.HEADER, value);
  }

  /** Returns the client for which a {@link RateLimitRule} returns this key. */
  public static Client key(String key) {
    return new Client(Kind.KEY, key);
  }

  /** Returns the one client of a policy that does not tell clients apart. */
  public static Client everyone() {
    return ALL;
  }

  /**
   * Reads the text form: {@code address:192.0.2.1}, {@code principal:ann}, {@code header:a1b2},
   * {@code key:tenant-7} or {@code everyone:}.
   *
   * @throws IllegalArgumentException if {@code text} does not begin with a kind and a colon
   */
  public static Client parse(String text) {
    for (Kind kind : Kind.values()) {
      String prefix = prefix(kind);
      if (text.startsWith(prefix)) {
        return new Client(kind, text.substring(prefix.length()));
      }
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is not a client (expected e.g. \"address:192.0.2.1\")");
  }

  /** Returns the text form, which {@link #parse} reads. */
  @Override
  public String toString() {
    return prefix(kind) + name;
  }

  private static String prefix(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT) + ":";
  }
}
