package dev.sluice.cache.store;

import java.util.concurrent.ThreadLocalRandom;

/** Random names of leases, and stamps of tags and caches. */
final class Token {

  static final int LENGTH = 16;

  private Token() {}

  static String random() {
    return String.format("%016x", ThreadLocalRandom.current().nextLong());
  }
}
