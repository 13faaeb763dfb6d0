package dev.sluice.ratelimit;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An IP address as 128 bits; IPv4 as IPv4-mapped IPv6, so that both forms are one client.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4291#section-2.2">RFC 4291, section 2.2</a>
 */
record IpAddress(long high, long low) {

  private static final long MAPPED = 0xffffL << 32;

  /** Reads the text form of either version, without its zone. Never asks a name server. */
  static Optional<IpAddress> parse(String text) {
    IpAddress address = text.indexOf(':') < 0 ? version4(text) : version6(text);
    return Optional.ofNullable(address);
  }

  private static @Nullable IpAddress version4(String text) {
    long bits = bits4(text);
    return bits < 0 ? null : new IpAddress(0, MAPPED | bits);
  }

  /** Returns the 32 bits; negative if it is not an address. */
  private static long bits4(String text) {
    long bits = 0;
    int dots = 0;
    int part = -1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9' && part != 0) {
        part = Math.max(part, 0) * 10 + c - '0';
        if (part > 255) {
          return -1;
        }
      } else if (c == '.' && part >= 0 && dots < 3) {
        bits = bits << 8 | part;
        part = -1;
        dots++;
      } else {
        return -1;
      }
    }
    return dots == 3 && part >= 0 ? bits << 8 | part : -1;
  }

  private static @Nullable IpAddress version6(String text) {
    int zone = text.indexOf('%');
    String address = zone < 0 ? text : text.substring(0, zone);
    int gap = address.indexOf("::");
    if (gap < 0) {
      Groups all = Groups.parse(address);
      return all == null || all.count != 8 ? null : new IpAddress(all.high, all.low);
    }
    Groups before = Groups.parse(address.substring(0, gap));
    Groups after = Groups.parse(address.substring(gap + 2));
    if (before == null || after == null || before.count + after.count > 7) {
      return null;
    }
    before.shift(8 - before.count);
    return new IpAddress(before.high | after.high, before.low | after.low);
  }

  /** Up to eight groups of 16 bits, the last at the right end. */
  private static final class Groups {

    private long high;
    private long low;
    private int count;

    static @Nullable Groups parse(String text) {
      Groups groups = new Groups();
      int start = 0;
      while (!text.isEmpty() && start <= text.length()) {
        int colon = text.indexOf(':', start);
        int end = colon < 0 ? text.length() : colon;
        if (!groups.addAll(text, start, end)) {
          return null;
        }
        start = end + 1;
      }
      return groups.count > 8 ? null : groups;
    }

    /** Adds a group, or, at the end of the text, an IPv4 address; false if it is neither. */
    private boolean addAll(String text, int start, int end) {
      long group = hex(text, start, end);
      if (group >= 0) {
        add(group);
        return true;
      }
      long bits4 = end == text.length() ? bits4(text.substring(start)) : -1;
      if (bits4 < 0) {
        return false;
      }
      add(bits4 >>> 16);
      add(bits4 & 0xffff);
      return true;
    }

    /** Returns the value of 1 to 4 hexadecimal digits; negative if there is anything else. */
    private static long hex(String text, int start, int end) {
      long value = end - start < 1 || end - start > 4 ? -1 : 0;
      for (int i = start; i < end && value >= 0; i++) {
        int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), 16) : -1;
        value = digit < 0 ? -1 : value << 4 | digit;
      }
      return value;
    }

    private void add(long group) {
      shift(1);
      low |= group;
      count++;
    }

    private void shift(int by) {
      for (int i = 0; i < by; i++) {
        high = high << 16 | low >>> 48;
        low <<= 16;
      }
    }
  }

  boolean isVersion4() {
    return high == 0 && low >>> 32 == 0xffff;
  }

  /** Returns the first {@code bits} of the 128, the others zero. */
  IpAddress prefix(int bits) {
    return new IpAddress(
        bits >= 64 ? high : high & mask(bits), bits > 64 ? low & mask(bits - 64) : 0);
  }

  private static long mask(int bits) {
    return bits == 0 ? 0 : -1L << (64 - bits);
  }

  /** Returns one text for one address; version 6 as two numbers of 64 bits. */
  @Override
  public String toString() {
    if (isVersion4()) {
      int bits = (int) low;
      return (bits >>> 24)
          + "."
          + (bits >>> 16 & 255)
          + "."
          + (bits >>> 8 & 255)
          + "."
          + (bits & 255);
    }
    return Long.toHexString(high) + ":" + Long.toHexString(low);
  }
}
