package dev.sluice.cache;

import java.util.concurrent.ThreadLocalRandom;

/** Random names for a state of things: equal tokens mean that nothing has happened in between. */
final class Token {

  static final int LENGTH = 16;

  private Token() {}

  static String random() {
    return String.format("%016x", ThreadLocalRandom.current().nextLong());
  }
}
