package dev.sluice.background;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Time that passes when the test says so, as a date and as nanoseconds. */
final class SettableClock implements InstantSource, LongSupplier {

  private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private volatile long nanos;

  synchronized void advance(Duration by) {
    now = now.plus(by);
    nanos += by.toNanos();
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public long getAsLong() {
    return nanos;
  }
}
