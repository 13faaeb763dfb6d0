package dev.sluice.ratelimit;

import java.time.Instant;
import java.time.InstantSource;

/** The date at which it was made, moved on by {@link System#nanoTime}: it never steps. */
final class MonotonicClock implements InstantSource {

  private final Instant start = Instant.now();
  private final long startNanos = System.nanoTime();

  @Override
  public Instant instant() {
    return start.plusNanos(System.nanoTime() - startNanos);
  }
}
