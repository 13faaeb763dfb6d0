package dev.sluice.cache.store;

import java.util.concurrent.ThreadLocalRandom;

/** Random names for a state of things: equal tokens mean that nothing has happened in between. */
public final class Token {

  public static final int LENGTH = 16;

  private Token() {}

  public static String random() {
    return String.format("%016x", ThreadLocalRandom.current().nextLong());
  }
}
